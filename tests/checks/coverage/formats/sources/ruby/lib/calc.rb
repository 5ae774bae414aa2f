# Arithmetic.
class Calc
  def sign(n)
    if n > 0
      "+"
    else
      "-"
    end
  end

  def unused(n)
    n * 2
  end

  # :nocov:
  def debug(n)
    puts n
  end
  # :nocov:

  def kind(n)
    n.zero? ? :zero : :other
  end
end
