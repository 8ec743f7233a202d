class PillowLsp < Formula
  desc "Language server that completes instructions with a model on your own CPU"
  homepage "https://github.com/pillow-lsp/pillow-lsp"
  url "https://github.com/pillow-lsp/pillow-lsp/archive/refs/tags/0.1.0.tar.gz"
  # Of the archive that the tag makes.
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"
  head "https://github.com/pillow-lsp/pillow-lsp.git", branch: "main"

  depends_on xcode: ["16.3", :build]
  depends_on "openblas"
  uses_from_macos "swift" => :build
  uses_from_macos "sqlite"

  def install
    args = ["--disable-sandbox", "--configuration", "release", "--product", "pillow-lsp"]
    args << "--static-swift-stdlib" if OS.linux?
    system "swift", "build", *args
    bin.install ".build/release/pillow-lsp"
    (share/"pillow-lsp").install "Pools", "EditorClients"
  end

  test do
    ENV["XDG_DATA_HOME"] = testpath
    assert_match version.to_s, shell_output("#{bin}/pillow-lsp --version")
    (testpath/"ours.jsonl").write <<~JSON
      {"instruction": "Name a bird.", "input": "", "output": "A wren."}
    JSON
    system bin/"pillow-lsp", "pool", "import", "--project", testpath, testpath/"ours.jsonl"
    assert_match "wren", shell_output("#{bin}/pillow-lsp pool export --project #{testpath}")
  end
end
