// It walks by rows and adds in four sums.
package matrix

func Sum(values []int64, rows, cols, pitch int) (sum int64) {
	var a, b, c, d int64
	for row := range rows {
		line := values[row*pitch : row*pitch+cols]
		for ; len(line) >= 4; line = line[4:] {
			a, b, c, d = a+line[0], b+line[1], c+line[2], d+line[3]
		}
		for _, v := range line {
			a += v
		}
	}
	return a + b + c + d
}
