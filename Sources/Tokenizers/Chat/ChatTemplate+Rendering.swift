extension ChatTemplate {
  /// Renders a conversation as the model's template does.
  ///
  /// The beginning token is included if the template says so. If the template has no system
  /// messages, a system message goes into a user message.
  ///
  /// - Parameter addGenerationPrompt: Whether the beginning of the assistant's turn is added.
  public func render(messages: [ChatMessage], addGenerationPrompt: Bool = true) -> ChatPrompt {
    var prompt = ChatPrompt()
    switch kind {
    case .chatML: renderChatML(messages, &prompt)
    case .llama3: renderLlama3(messages, &prompt)
    case .gemma: renderGemma(messages, &prompt)
    case .mistral: renderMistral(messages, &prompt)
    case .zephyr: renderZephyr(messages, &prompt)
    case .phi: renderPhi(messages, &prompt)
    case .granite: renderGranite(messages, &prompt)
    case .alpaca: renderAlpaca(messages, &prompt)
    }
    if addGenerationPrompt {
      prompt.append(template: generationPrompt + noThinking)
    } else if closesConversations {
      prompt.append(template: end)
    }
    return prompt
  }

  /// The beginning of the assistant's turn.
  private var generationPrompt: String {
    switch kind {
    case .chatML: "<|im_start|>assistant\n"
    case .llama3: "<|start_header_id|>assistant<|end_header_id|>\n\n"
    case .gemma: "<start_of_turn>model\n"
    case .mistral: ""
    case .zephyr: "<|assistant|>\n"
    case .phi: "<|assistant|>" + phiLineEnd
    case .granite: "<|start_of_role|>assistant<|end_of_role|>"
    case .alpaca: "### Response:\n"
    }
  }

  private func renderChatML(_ messages: [ChatMessage], _ prompt: inout ChatPrompt) {
    if let defaultSystemMessage, messages.first?.role != .system {
      prompt.append(template: "<|im_start|>system\n\(defaultSystemMessage)<|im_end|>\n")
    }
    for message in messages {
      prompt.append(template: "<|im_start|>\(message.role.rawValue)\n")
      prompt.append(content: message.content)
      prompt.append(template: "<|im_end|>\n")
    }
  }

  private func renderLlama3(_ messages: [ChatMessage], _ prompt: inout ChatPrompt) {
    prompt.append(template: beginning)
    var messages = messages[...]
    if let date {
      let system = messages.first?.role == .system ? messages.removeFirst().content : ""
      prompt.append(
        template: "<|start_header_id|>system<|end_header_id|>\n\n"
          + "Cutting Knowledge Date: December 2023\nToday Date: \(date)\n\n")
      prompt.append(content: Self.trimmed(system))
      prompt.append(template: "<|eot_id|>")
    }
    for message in messages {
      prompt.append(template: "<|start_header_id|>\(message.role.rawValue)<|end_header_id|>\n\n")
      prompt.append(content: Self.trimmed(message.content))
      prompt.append(template: "<|eot_id|>")
    }
  }

  private func renderGemma(_ messages: [ChatMessage], _ prompt: inout ChatPrompt) {
    prompt.append(template: beginning)
    var messages = messages[...]
    var system = messages.first?.role == .system ? messages.removeFirst().content : nil
    for message in messages {
      let role = message.role == .assistant ? "model" : message.role.rawValue
      prompt.append(template: "<start_of_turn>\(role)\n")
      if let text = system.take() {
        prompt.append(content: text)
        prompt.append(template: "\n\n")
      }
      prompt.append(content: Self.trimmed(message.content))
      prompt.append(template: "<end_of_turn>\n")
    }
  }

  private func renderMistral(_ messages: [ChatMessage], _ prompt: inout ChatPrompt) {
    prompt.append(template: beginning)
    var messages = messages[...]
    var system = messages.first?.role == .system ? messages.removeFirst().content : nil
    if let brackets = mistral.system, let text = system.take() {
      prompt.append(template: brackets.open)
      prompt.append(content: text)
      prompt.append(template: brackets.close)
    }
    let users = messages.indices.filter { messages[$0].role == .user }
    let systemPlace = mistral.systemGoesLast ? users.last : users.first
    for index in messages.indices {
      if messages[index].role == .assistant {
        prompt.append(template: mistral.beforeAnswer)
        prompt.append(content: messages[index].content)
        prompt.append(template: end + mistral.afterEnd)
      } else {
        prompt.append(template: mistral.open)
        if index == systemPlace, let system {
          prompt.append(content: system)
          prompt.append(template: "\n\n")
        }
        prompt.append(content: messages[index].content)
        prompt.append(template: mistral.close)
      }
    }
  }

  private func renderZephyr(_ messages: [ChatMessage], _ prompt: inout ChatPrompt) {
    for message in messages {
      prompt.append(template: "<|\(message.role.rawValue)|>\n")
      prompt.append(content: message.content)
      prompt.append(template: end + "\n")
    }
  }

  private func renderPhi(_ messages: [ChatMessage], _ prompt: inout ChatPrompt) {
    prompt.append(template: beginning)
    for message in messages {
      prompt.append(template: "<|\(message.role.rawValue)|>" + phiLineEnd)
      prompt.append(content: message.content)
      prompt.append(template: "<|end|>" + phiLineEnd)
    }
  }

  private func renderGranite(_ messages: [ChatMessage], _ prompt: inout ChatPrompt) {
    for message in messages {
      prompt.append(template: "<|start_of_role|>\(message.role.rawValue)<|end_of_role|>")
      prompt.append(content: message.content)
      prompt.append(template: end + "\n")
    }
  }

  /// Source: Taori et al., "Stanford Alpaca", 2023; several turns are concatenated.
  private func renderAlpaca(_ messages: [ChatMessage], _ prompt: inout ChatPrompt) {
    var messages = messages[...]
    if messages.first?.role == .system {
      prompt.append(content: messages.removeFirst().content)
    } else {
      prompt.append(
        template: "Below is an instruction that describes a task. "
          + "Write a response that appropriately completes the request.")
    }
    prompt.append(template: "\n\n")
    for message in messages {
      let heading = message.role == .assistant ? "Response" : "Instruction"
      prompt.append(template: "### \(heading):\n")
      prompt.append(content: message.content)
      prompt.append(template: "\n\n")
    }
  }

  /// The text without whitespace at both ends, as Python's `strip` removes it.
  private static func trimmed(_ text: String) -> String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }),
      let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[first...last])
  }
}
