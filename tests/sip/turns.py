"""What does a patient with a real telephone do on the line, and what must be in the database afterwards?"""

from tests.sip.real_call import Turn

NUMBERS = {"juma": "+61491570737", "wen": "+61491571266"}
PATIENT = {"en": "juma", "zh": "wen"}

# A wrong key, a silence, a lone 1 with the pause behind it, 1 and 0, and numbers that a # sends off at once.
TURNS = {
    "en": (
        Turn("Hello. This is Dr Baraka's clinic, calling for Juma Banda.", "1", hears_it_out=True),
        Turn("Today: fever or shivering?", "2"),
        Turn("Today: bleeding?", "5"),
        Turn("That key is not in use here. For yes, press 1. For no, press 2. Today: bleeding?", "2"),
        Turn("Today: cannot keep water down?", "2"),
        Turn("Today: new weak legs?", "2"),
        Turn("Today: hard to breathe?", "2"),
        Turn("Today: confused?"),
        Turn("No key yet. Take your time. Today: confused?", "2"),
        Turn("Question 1 of 6. Think of the last seven days. How bad was your pain at its worst?", "1"),
        Turn("You pressed 1. Right: press 1. Again: press 2. For ten, press 0.", "1"),
        Turn("How tired were you at the worst?", "10"),
        Turn("You pressed 10. Right: press 1. Again: press 2.", "1"),
        Turn("How short of breath were you at the worst?", "2#"),
        Turn("How poor was your appetite?", "3#"),
        Turn("How badly did you sleep?", "2#"),
        Turn("How bad was feeling sick or vomiting?", "0#"),
    ),
    "zh": (
        Turn("您好，这里是Dr Baraka卫生室，找Wen Li。", "1", hears_it_out=True),
        Turn("您今天是不是有：发热或发冷打颤？", "2"),
        Turn("您今天是不是有：出血？", "5"),
        Turn("这里不用这个键。是请按1，不是请按2。 您今天是不是有：出血？", "2"),
        Turn("您今天是不是有：喝水就吐？", "2"),
        Turn("您今天是不是有：腿突然没力？", "2"),
        Turn("您今天是不是有：喘不上气？", "2"),
        Turn("您今天是不是有：糊涂？"),
        Turn("还没有按键。不着急，慢慢来。 您今天是不是有：糊涂？", "2"),
        Turn("第1题，共6题。 请想想最近七天。疼得最厉害的时候", "1"),
        Turn("您按了1。", "1"),
        Turn("最没力气的时候", "10"),
        Turn("您按了10。对请按1，重来请按2。", "1"),
        Turn("气最短的时候", "2#"),
        Turn("胃口有多差？", "3#"),
        Turn("睡得有多差？", "2#"),
        Turn("恶心或者呕吐有多重？", "0#"),
    ),
}
LONE_ONE = 9  # the turn whose 1 has no 0 behind it

ANSWERS = {"danger": "no", "pain": 1, "tiredness": 10, "breath": 2, "appetite": 3, "sleep": 2, "sickness": 0}
SCORES = {"burden": 18}
