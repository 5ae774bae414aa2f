package shop

import "example.org/shop/v2/inner"

// Price is in cents.
func Price(count int, rebate bool) int {
	price := count * 100
	if rebate {
		price -= 10
	} else if count > 10 {
		price -= 5
	}
	return inner.Round(price)
}

func Empty() {}

func Unused(n int) int {
	n++
	n++

	return n
}
