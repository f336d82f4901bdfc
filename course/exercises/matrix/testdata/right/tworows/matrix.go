// It walks two rows at a time.
package matrix

func Sum(values []int64, rows, cols, pitch int) (sum int64) {
	row := 0
	for ; row+2 <= rows; row += 2 {
		a, b := values[row*pitch:row*pitch+cols], values[(row+1)*pitch:(row+1)*pitch+cols]
		for col := range a {
			sum += a[col] + b[col]
		}
	}
	for ; row < rows; row++ {
		for _, v := range values[row*pitch : row*pitch+cols] {
			sum += v
		}
	}
	return sum
}
