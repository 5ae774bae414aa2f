<?php

namespace Shop;

final class Calc
{
    public function sign(int $n): string
    {
        if ($n > 0) {
            return '+';
        }

        return '-';
    }

    public function unused(int $n): int
    {
        $twice = $n * 2;

        return $twice;
    }
}
