import Testing
import PromptMatching
