HELP = "find what is wrong and how to mend it"


def arguments(parser):
    return


def run(o):
    return 0
