// Package matrix is an exercise: see README.md in the folder above.
package matrix

// Sum adds up a matrix of rows times cols values. Row r begins at
// values[r*pitch]; pitch is at least cols, and what lies between the end of a row
// and the next does not belong to the matrix.
func Sum(values []int64, rows, cols, pitch int) (sum int64) {
	for row := range rows {
		for _, v := range values[row*pitch : row*pitch+cols] {
			sum += v
		}
	}
	return sum
}
