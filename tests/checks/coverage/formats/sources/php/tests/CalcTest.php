<?php

require_once __DIR__ . '/../src/Calc.php';

final class CalcTest extends PHPUnit\Framework\TestCase
{
    public function testSign(): void
    {
        $this->assertSame('+', (new Shop\Calc())->sign(1));
    }
}
