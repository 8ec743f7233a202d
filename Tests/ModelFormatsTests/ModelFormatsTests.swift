import Testing
import ModelFormats
