package inner

func Round(n int) int {
	switch {
	case n > 1000:
		return n / 10 * 10
	default:
		return n
	}
}
