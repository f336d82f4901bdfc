// It walks by columns, from the last one to the first.
package matrix

func Sum(values []int64, rows, cols, pitch int) (sum int64) {
	for col := cols - 1; col >= 0; col-- {
		for row := range rows {
			sum += values[row*pitch+col]
		}
	}
	return sum
}
