"""How are numbers, words and keys in a reply read?"""
