int sign(int n);
int unused(int n);
