#!/usr/bin/env python3
"""Makes the golden files of Tests/TokenizersTests/Resources with the reference implementations: Hugging Face
`tokenizers` for byte-level BPE, `sentencepiece` for SentencePiece.

    pip install numpy gguf tokenizers sentencepiece protobuf
    tokenization.py SmolLM2-135M-Instruct.Q4_1.gguf [FOLDER_OF_EXPERIMENT_DATA [gemma-3-270m-q4_k_m.gguf]]

    smollm.json                      texts and their tokens by the default model
    bytepair.gguf, bytepair.json     a small vocabulary, trained here, and tokens by the rules of six models
    pieces.gguf, pieces.json         a small SentencePiece vocabulary, with and without a space prefix
    experiment-data.json             hashes of the default model's tokens of every row of the experiment data
    experiment-data-gemma.json       the same of Gemma's
"""
import io
import json
import random
import sys
import unicodedata
from pathlib import Path

import sentencepiece
from gguf import GGUFReader, GGUFWriter, TokenType
from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers, trainers

RESOURCES = Path(__file__).resolve().parents[2] / "Tests/TokenizersTests/Resources"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
GPT4O = (rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         rf"|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
TEKKEN = GPT4O.replace("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "").replace(r"\p{N}{1,3}", r"\p{N}")
CASES = ["HelloWorld camelCase XMLHttpRequest iPhone ABCdefGHI", "I'M YOU'RE don'T X's ''S", "\u4e2d\u6587ABC \u4e2dA \u01c5x \u02b0A \u0301A\u0301b\u0301C",
         "path/to//file /\n// \n/\r\n/x", "\u00c9COLE \u00e9cole \u00dfA A\u0300B\u0300 \u0301 \u0301\u0301!", " _A -b (C) \tD \u00a0E \u2028F", "a\u4e2d B\u4e2dC \u4e2d\u6587 \u65e5A\u672cB"]

HARD = [
    "", " ", "  ", "\n", "a", " a", "  a", "a ", "a  ", "Hello, world!", "The quick brown fox jumps over 13 lazy dogs.",
    "I'm sure you're right, we've seen it, they'll go; he'd say it isn't. 'S 'T 'RE 'VE 'M 'LL 'D it'Ll 'x ''s '",
    "it'\u017f long, \u212a kelvin", "don\u2019t", "1 12 123 1234 12345 3.14159 1,000,000 v2 x10 10x",
    "\u0661\u0662\u0663 \u2167 \u00bd\u00b2 \u4e00\u4e8c\u4e09 \U0001d7d8\U0001d7d9", "   12  3 4   x5 ", "a\r\nb\r\n\r\n  c\t\t\td\n\n\n e \n f",
    "if (x == 1) {\n    return \"a\" + b[i];\n}\n\n\n// end\t\n", "\tdef f(self, *args, **kwargs) -> None:\n\t\tpass\n",
    "foo.bar_baz(qux)!=!!! ... --- ??\n!!\r\n\n ...\n", "https://example.org/a/b?c=d&e=%20f#g", "\U0001f469\u200d\U0001f4bb\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd \U0001f1e9\U0001f1ea \u2764\ufe0f",
    "e\u0301 \u00e9 n\u0303o a\u0308\u0323\u0301 \u0301 \u0301x", "\u6c49\u5b57\u304b\u306a\u4ea4\u3058\u308a\u6587 \ud55c\uad6d\uc5b4 \u4e2d\u6587\u3002\u300c\u5f15\u7528\u300d", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35 \u0928\u092e\u0938\u094d\u0924\u0947",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd \u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 \u200f\u202btext\u202c", "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x1b\x1c\x1d\x1e\x1f\x7f\x80\x85\x9f",
    "\u00a0 \u1680\u2000\u2003x\u2028\u2029y\u202f\u205f\u3000z\u200b\ufeff", "\u0378\u0379 \U000e0080 \uffff \ue000 \U0010ffff \U0001f8ff", "\U00032e08's \u088fx \u0530 1\u0530",
    "\ufb01 \u01c5 \u02b0 \u1e9e \u0130\u0131 \u03a3\u03c3\u03c2", "\u2460\u3251\u0bf0\u3007\u16ee", "a" * 300, "ab" * 200 + " " + "=" * 200, " " * 100 + "x" + "\n" * 50,
    "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", "<|im_start<|im_end|>|im_end|> <|endoftext|><|endoftext|>", "<tag> x <tag></tag>y<tag", "< |im_end|>",
]
PARTS = ["a", "b", "the", "ing", "Re", " ", "  ", "\n", "\r\n", "\t", "'s", "'S", "'ll", "1", "23", "\u00e9", "\u0301", "\u6c49", "\U0001f469",
         "\u200d", ".", "!!", "\u00a0", "\u2028", "\u00df", "<|im_end|>", "<tag>", "_", "-", "(", "\u0664"]


def mixed_texts(seed, count):
    """Texts of parts that touch in every way, some with code points from anywhere."""
    choose = random.Random(seed)

    def anywhere():
        while True:
            code = choose.randrange(0x110000)
            # Reserved ranges may get letters in a later Unicode; planes 4 to 13 have never had any.
            if not 0xD800 <= code < 0xE000 and (unicodedata.category(chr(code)) != "Cn" or 0x40000 <= code < 0xE0000):
                return chr(code)

    return ["".join(anywhere() if choose.random() < 0.15 else choose.choice(PARTS) for _ in range(choose.randrange(1, 16)))
            for _ in range(count)]


def long_words(seed):
    """Words without a space that are longer than any shortcut for short ones."""
    choose = random.Random(seed)
    return ["".join(choose.choice(alphabet) for _ in range(size))
            for alphabet, size in (("aeinorst", 41), ("aeinorst", 200), ("abcdefghijklmnopqrstuvwxyz", 500),
                                   ("\u00e9\u6c49\U0001f469e", 60), ("=-_*#", 90), (" ", 77), ("\n ", 66))]


def training_text(seed):
    """Sentences, code and numbers of made-up words."""
    choose = random.Random(seed)
    syllables = ["re", "con", "tion", "ing", "er", "al", "the", "th", "an", "in", "es", "or", "st", "ab", "le", "qu", "o", "i", "a"]
    words = ["".join(choose.choice(syllables) for _ in range(choose.randrange(1, 4))) for _ in range(300)]
    words += ["\u6c49\u5b57", "\u00e9t\u00e9", "na\u00efve", "\u043f\u0440\u0438\u0432\u0435\u0442", "don't", "we'll", "it's", "you're", "I've", "I'm", "he'd"]
    lines = []
    for _ in range(3000):
        line = " ".join(choose.choice(words) for _ in range(choose.randrange(2, 12)))
        kind = choose.randrange(6)
        if kind == 0:
            line = "    " * choose.randrange(1, 4) + line.replace(" ", "_", 1) + "();"
        elif kind == 1:
            line += f" {choose.randrange(10 ** choose.randrange(1, 6))}!!"
        elif kind == 2:
            line = line.capitalize() + "...\n"
        lines.append(line)
    return lines


def write(name, value):
    text = json.dumps(value, separators=(",", ":"))
    (RESOURCES / name).write_text(text.replace("],[", "],\n[").replace("},{", "},\n{") + "\n")
    print(name, len(text), file=sys.stderr)


def contents(reader, name):
    return reader.fields["tokenizer.ggml." + name].contents()


def encoded(tokenizer, texts):
    return [{"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids} for text in texts]


def smollm(path):
    reader = GGUFReader(path)
    tokens = contents(reader, "tokens")
    tokenizer = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)},
                                     [tuple(m.split(" ")) for m in contents(reader, "merges")]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False)
                                  for t, kind in zip(tokens, contents(reader, "token_type")) if kind == TokenType.CONTROL])
    return tokenizer


def byte_pair():
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(LLAMA3), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    trained.train_from_iterator(training_text(1), trainers.BpeTrainer(
        vocab_size=800, special_tokens=special, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False))
    model = json.loads(trained.to_str())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    # Two that no merge makes: only a rule that takes whole words finds them.
    tokens += ["\u0120quux", "xyzzy", "<tag>"]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    kinds = [TokenType.CONTROL if t in special else TokenType.USER_DEFINED if t == "<tag>" else TokenType.NORMAL
             for t in tokens]

    writer = GGUFWriter(RESOURCES / "bytepair.gguf", "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(2)
    finish(writer)

    def reference(split, whole_words):
        result = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens)}, [tuple(m.split(" ")) for m in merges],
                                      ignore_merges=whole_words))
        result.pre_tokenizer = split
        result.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
        result.add_tokens([AddedToken("<tag>", normalized=False)])
        return result

    def split(expression):
        return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(expression), "isolated"),
                                        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])

    texts = HARD + ["a quux xyzzy xyzzyx quux", *long_words(7), *mixed_texts(2, 150)]
    write("bytepair.json", {
        "llama-bpe": encoded(reference(split(LLAMA3), True), texts),
        "qwen2": encoded(reference(split(QWEN2), False), texts),
        "dbrx": encoded(reference(split(LLAMA3), False), texts),
        "gpt-4o": encoded(reference(split(GPT4O), False), texts + CASES),
        "tekken": encoded(reference(split(TEKKEN), True), texts + CASES),
        "gpt-2": encoded(reference(pre_tokenizers.ByteLevel(add_prefix_space=False), False), texts),
    })


def pieces():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(training_text(3)), model_writer=model, model_type="bpe", vocab_size=900,
        byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True, character_coverage=0.999, num_threads=1,
        user_defined_symbols=["<tag>"], minloglevel=2)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    size = processor.get_piece_size()

    def kind(index):
        if processor.is_unknown(index):
            return TokenType.UNKNOWN
        if processor.is_control(index):
            return TokenType.CONTROL
        if processor.is_byte(index):
            return TokenType.BYTE
        return TokenType.USER_DEFINED if processor.id_to_piece(index) == "<tag>" else TokenType.NORMAL

    writer = GGUFWriter(RESOURCES / "pieces.gguf", "llama")
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([processor.id_to_piece(i) for i in range(size)])
    writer.add_token_scores([processor.get_score(i) for i in range(size)])
    writer.add_token_types([kind(i) for i in range(size)])
    writer.add_bos_token_id(processor.bos_id())
    writer.add_eos_token_id(processor.eos_id())
    writer.add_unk_token_id(processor.unk_id())
    finish(writer)

    # The library writes a space of the text and U+2581 alike and ends at a zero byte; and it puts no space after <tag>.
    texts = [t for t in HARD + long_words(8) + mixed_texts(4, 150) if "<tag>" not in t and "\x00" not in t]
    result = {}
    for name, prefix in (("with-prefix", True), ("without-prefix", False)):
        changed = sentencepiece.sentencepiece_model_pb2.ModelProto() if hasattr(sentencepiece, "sentencepiece_model_pb2") \
            else __import__("sentencepiece.sentencepiece_model_pb2", fromlist=["ModelProto"]).ModelProto()
        changed.ParseFromString(model.getvalue())
        changed.normalizer_spec.add_dummy_prefix = prefix
        encoder = sentencepiece.SentencePieceProcessor(model_proto=changed.SerializeToString())
        result[name] = [{"text": t, "ids": encoder.encode(t)} for t in texts]
    result["without-prefix"].append({"text": "a <tag>b<tag> the", "ids": encoder.encode("a <tag>b<tag> the")})
    write("pieces.json", result)


def gemma(path):
    """The library with the vocabulary of the file, in which tokens that users define are written with spaces."""
    from sentencepiece.sentencepiece_model_pb2 import ModelProto

    reader, model = GGUFReader(path), ModelProto()
    for text, score, kind in zip(contents(reader, "tokens"), contents(reader, "scores"), contents(reader, "token_type")):
        text = text.replace(" ", "\u2581") if kind == TokenType.USER_DEFINED else text
        model.pieces.add(piece=text, score=score, type=kind)
    unknown = contents(reader, "unknown_token_id")
    model.pieces[unknown].type = TokenType.UNKNOWN
    trainer, normalizer = model.trainer_spec, model.normalizer_spec
    trainer.model_type, trainer.byte_fallback = trainer.BPE, True
    ids = {"unk": unknown, "bos": contents(reader, "bos_token_id"), "eos": contents(reader, "eos_token_id"),
           "pad": contents(reader, "padding_token_id")}
    for name, number in ids.items():
        setattr(trainer, name + "_id", number)
        setattr(trainer, name + "_piece", model.pieces[number].piece)
    normalizer.name, normalizer.escape_whitespaces = "identity", True
    normalizer.add_dummy_prefix = normalizer.remove_extra_whitespaces = False
    return sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString()).encode


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def hash_of(ids, state=0xCBF29CE484222325):
    """FNV-1a over the four bytes of each token."""
    for token in ids:
        for byte in token.to_bytes(4, "little"):
            state = (state ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return state


def experiment_data(name, encode, folder):
    """Of each file the number of tokens, their hash, and the last four digits of each row's hash."""
    result = {}
    for path in sorted(folder.glob("*.jsonl")):
        count, state, rows = 0, 0xCBF29CE484222325, []
        for line in path.open():
            row = json.loads(line)
            text = "\n".join(row.get(key, "") for key in ("instruction", "input", "output"))
            ids = encode(text)
            count, state = count + len(ids), hash_of(ids, state)
            rows.append(f"{hash_of(ids) & 0xFFFF:04x}")
        result[path.name] = {"tokens": count, "hash": f"{state:016x}", "rows": "".join(rows)}
    write(name, result)


def main():
    RESOURCES.mkdir(exist_ok=True)
    tokenizer = smollm(sys.argv[1])
    write("smollm.json", encoded(tokenizer, HARD + long_words(6) + mixed_texts(5, 200)))
    byte_pair()
    pieces()
    if len(sys.argv) > 2:
        encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
        experiment_data("experiment-data.json", encode, Path(sys.argv[2]))
    if len(sys.argv) > 3:
        experiment_data("experiment-data-gemma.json", gemma(sys.argv[3]), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
