"""How each language writes days and numbers, where Django's own choice is not ours."""
