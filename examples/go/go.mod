module upid

go 1.19
