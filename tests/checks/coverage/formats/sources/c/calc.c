#include "calc.h"

int sign(int n)
{
    if (n > 0 && n < 100) {
        return 1;
    }
    if (n < 0) {
        return -1;
    }

    return 0;
}

int unused(int n)
{
    // nobody calls it
    int twice = n * 2;
    return twice;
}
