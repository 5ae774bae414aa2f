#include "calc.h"

int main(void)
{
    int sum = 0;

    /* three rounds */
    for (int i = 0; i < 3; i++) {
        sum += sign(i);
    }
    return sum == 2 ? 0 : 1;
}
