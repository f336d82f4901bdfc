// Package matrix is an exercise: see README.md in the folder above.
package matrix

// Sum adds up a matrix of rows times cols values. Row r begins at
// values[r*pitch]; pitch is at least cols, and what lies between the end of a row
// and the next does not belong to the matrix.
func Sum(values []int64, rows, cols, pitch int) (sum int64) {
	// TODO: same sum, sooner.
	for col := range cols {
		for row := range rows {
			sum += values[row*pitch+col]
		}
	}
	return sum
}
