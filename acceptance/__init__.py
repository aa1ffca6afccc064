"""What the product promises, tried on a running installation row by row: `./hujiao accept`.

A row is a file `<GROUP>/<row>.py`. The first line of its docstring is "ROW: title", the rest says what is shown;
`accept(scene)` shows it through public interfaces, or raises `Unmet`.
"""
