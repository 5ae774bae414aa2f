package inner

import "testing"

func TestRound(t *testing.T) {
	if Round(1234) != 1230 {
		t.Fatal("round")
	}
}
