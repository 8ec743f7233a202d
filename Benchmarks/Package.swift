// swift-tools-version: 6.1

import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "pillow-lsp", path: "..")],
  targets: [
    .executableTarget(
      name: "MatchingBenchmarks",
      dependencies: [
        .product(name: "Kernels", package: "pillow-lsp"),
        .product(name: "PromptMatching", package: "pillow-lsp"),
        .product(name: "PromptPool", package: "pillow-lsp"),
      ]),
    .executableTarget(
      name: "PoolBenchmarks",
      dependencies: [
        .product(name: "Kernels", package: "pillow-lsp"),
        .product(name: "ModelStore", package: "pillow-lsp"),
        .product(name: "PillowProject", package: "pillow-lsp"),
        .product(name: "PromptMatching", package: "pillow-lsp"),
        .product(name: "PromptPool", package: "pillow-lsp"),
        .product(name: "Settings", package: "pillow-lsp"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
