def arguments(parser):
    return


def run(o):
    return 0
