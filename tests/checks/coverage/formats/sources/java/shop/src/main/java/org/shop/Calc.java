package org.shop;

public class Calc {
    private int calls;

    public String sign(int n) {
        calls++;
        if (n > 0 || n < -100) {
            return "+";
        }
        return "-";
    }

    public int unused(int n) {
        int twice = n * 2;
        return twice;
    }

    static class Inner {
        int two() { return 2; }
    }

    public static void main(String[] arguments) {
        Runnable task = () -> {
            new Calc().sign(1);
        };
        task.run();
    }
}
