import Testing
import PromptPool
