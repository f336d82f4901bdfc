module xsync440

go 1.26.0

require github.com/puzpuzpuz/xsync/v4 v4.4.0
