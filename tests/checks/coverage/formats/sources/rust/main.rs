fn sign(n: i32) -> &'static str {
    if n > 0 && n < 100 {
        return "+";
    }

    // everything else
    "-"
}

fn largest<T: PartialOrd + Copy>(a: T, b: T) -> T {
    if a > b {
        a
    } else {
        b
    }
}

fn unused(n: i32) -> i32 {
    n * 2
}

fn main() {
    println!("{} {} {}", sign(1), largest(2, 1), largest(1.0, 2.0));
    if std::env::args().count() > 5 {
        println!("{}", unused(2));
    }
}
