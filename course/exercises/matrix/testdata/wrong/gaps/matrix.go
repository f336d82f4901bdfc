// It adds up the gaps too.
package matrix

func Sum(values []int64, rows, cols, pitch int) (sum int64) {
	for _, v := range values {
		sum += v
	}
	return sum
}
