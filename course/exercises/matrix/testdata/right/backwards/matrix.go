// It walks the rows from the end.
package matrix

func Sum(values []int64, rows, cols, pitch int) (sum int64) {
	for row := rows - 1; row >= 0; row-- {
		for col := cols - 1; col >= 0; col-- {
			sum += values[row*pitch+col]
		}
	}
	return sum
}
