module example.com/polyglot/series

go 1.21
