module Text
  def self.shout(words)
    words.upcase
  end
end
