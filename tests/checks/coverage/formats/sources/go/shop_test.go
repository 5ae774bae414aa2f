package shop

import "testing"

func TestPrice(t *testing.T) {
	if Price(1, false) != 100 {
		t.Fatal("price")
	}
	Empty()
}
