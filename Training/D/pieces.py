"""Functions on numbers, texts, lists, dictionaries and files, small classes, generators and recursion.

A template has variations: `@xs` and `@x` stand for what a list holds, `@k` for a constant, `@e` for what is returned
when there is nothing. The reference gets the constant and the empty value first.
"""
import json
import math
import re
from wording import camel

NUMBERS = ["temperature", "score", "height", "price", "distance", "delay", "weight", "mark", "depth", "salary", "rating", "wage",
           "lap_time", "speed", "rainfall_value", "reading", "age", "balance", "duration", "sale"]
STRINGS = ["name", "title", "town", "street", "word", "label", "fruit", "river", "tool", "tune", "flower", "colour", "planet", "dish",
           "station", "author", "bird", "spice", "team", "island"]
TABLES = [("stock", "item", "quantity"), ("prices", "product", "price"), ("scores", "player", "score"), ("ages", "person", "age"),
          ("heights", "mountain", "height"), ("votes", "candidate", "vote count"), ("populations", "city", "population"),
          ("salaries", "employee", "salary"), ("distances", "town", "distance"), ("debts", "customer", "debt"),
          ("marks", "pupil", "mark"), ("seats", "train", "seat count"), ("harvests", "field", "harvest"), ("loads", "server", "load")]
WORDS = ["pear", "Apple", "fig", "plum", "Cherry", "kiwi", "apple", "date", "Lime", "melon", "nut"]
TEXTS = ["", "a", "The cat sat on the mat", "to be or not to be", "  Hello   World ", "Never odd or even", "x-ray 42", "Level",
         "one, two, three", "blue sky"]

DRAWS = {
    "nums": ("list[int]", lambda g: [g.randint(-9, 30) for _ in range(g.choice([0, 1, 3, 5, 6]))]),
    "nums1": ("list[int]", lambda g: [g.randint(-9, 30) for _ in range(g.choice([1, 3, 5, 6]))]),
    "pos": ("list[int]", lambda g: [g.randint(1, 12) for _ in range(g.choice([0, 1, 3, 6]))]),
    "pos1": ("list[int]", lambda g: [g.randint(1, 12) for _ in range(g.choice([1, 3, 6]))]),
    "bits": ("list[int]", lambda g: [g.randint(0, 3) for _ in range(g.choice([0, 3, 7]))]),
    "same": ("list[int]", lambda g: [g.randint(-9, 9) for _ in range(4)]),
    "strs": ("list[str]", lambda g: [g.choice(WORDS) for _ in range(g.choice([0, 1, 3, 5]))]),
    "strs1": ("list[str]", lambda g: [g.choice(WORDS) for _ in range(g.choice([1, 3, 5]))]),
    "uniq": ("list[str]", lambda g: g.sample(WORDS, k=3)),
    "blank": ("list[str]", lambda g: [g.choice(["", "  ", " a ", "b", " c d"]) for _ in range(g.choice([0, 2, 5]))]),
    "optional": ("list", lambda g: [g.choice([None, 0, 3, 7]) for _ in range(g.choice([0, 2, 5]))]),
    "text": ("str", lambda g: g.choice(TEXTS)), "word": ("str", lambda g: g.choice(WORDS + [""])), "word1": ("str", lambda g: g.choice(WORDS)),
    "phrase": ("str", lambda g: g.choice(["red fox", "the quick brown fox", "Ada", "in the end"])),
    "snake": ("str", lambda g: g.choice(["first_name", "max", "a_b_c", "total_row_count"])),
    "camel": ("str", lambda g: g.choice(["firstName", "max", "totalRowCount"])),
    "char": ("str", lambda g: g.choice("aeortp")),
    "int": ("int", lambda g: g.randint(-20, 60)), "nat": ("int", lambda g: g.randint(0, 40)), "big": ("int", lambda g: g.randint(0, 9999)),
    "one": ("int", lambda g: g.randint(1, 30)), "small": ("int", lambda g: g.randint(1, 4)), "float": ("float", lambda g: g.randint(-40, 80) / 4),
    "dict": ("dict[str, int]", lambda g: {w.lower(): g.randint(0, 40) for w in g.sample(WORDS[:6], k=g.choice([0, 1, 3, 4]))}),
    "dict1": ("dict[str, int]", lambda g: {w.lower(): g.randint(0, 40) for w in g.sample(WORDS[:6], k=g.choice([1, 3, 4]))}),
    "strdict": ("dict[str, str]", lambda g: {w.lower(): g.choice(["a", "b", "c"]) for w in g.sample(WORDS[:6], k=3)}),
    "matrix": ("list[list[int]]", lambda g: [[g.randint(-5, 9) for _ in range(3)] for _ in range(g.choice([1, 2, 3]))]),
    "square": ("list[list[int]]", lambda g: [[g.randint(0, 5) for _ in range(3)] for _ in range(3)]),
    "pairs": ("list[tuple[str, int]]", lambda g: [(g.choice("abc"), g.randint(1, 9)) for _ in range(g.choice([0, 1, 4]))]),
    "config": ("str", lambda g: g.choice(["", "a=1\nb = 2", "# note\nname = x=y\n\nsize=3"])),
    "lines": ("str", lambda g: g.choice(["", "one\ntwo\nthree", "a b\n\n  \nc", "ERROR disk\nINFO ok\nERROR net"])),
    "nested": ("list", lambda g: g.choice([[], [1, [2, 3]], [[1], [[2], 3, [[4]]]], [5]])),
}
SPECS = []


def t(group, kind, name, params, words, py, js, ref, ks=(None,), es=((None, ""),), n=6, ret=None, imports="", example=True, file="", jfile=None):
    SPECS.append((group, kind, name, params, words, py, js, ref, ks, es, n, ret, imports, example, file, jfile))


L, S, D, X, N = "lists", "strings", "dicts", "text", "numbers"
E0 = [(0, "; 0 for an empty list"), (None, "; None for an empty list"), (0, ", or 0 if the list is empty"), (None, ", or None if it is empty")]
EL = [("", "")]

# Lists of numbers.
t(L, "num", "mean_@x|average_@x", "@xs:nums", ["np:the mean of the @xs", "np:the average of a list of @xs", "do:compute the average @x"],
  "if not @xs:\n    return @e\nreturn sum(@xs) / len(@xs)", "if (@xs.length === 0) return @e;\nreturn @xs.reduce((sum, @x) => sum + @x, 0) / @xs.length;",
  lambda k, e, a: math.fsum(a) / len(a) if a else e, es=E0, ret="float")
t(L, "num", "highest_@x|lowest_@x", "@xs:nums", ["np:the @k value of the @xs", "np:the @k of the @xs", "do:find the @k among the @xs"],
  "return @f(@xs, default=@e)", "return @xs.length ? Math.@f(...@xs) : @e;", lambda k, e, a: (sorted(a)[-1 if k == "largest" else 0] if a else e), ks=["largest", "smallest"], es=E0, n=8, ret="int")
t(L, "num", "@xs_above|count_@xs_above", "@xs:nums limit:int", ["np:the number of @xs above limit", "np:how many of the @xs are greater than limit", "do:count the @xs that exceed limit"],
  "return sum(1 for @x in @xs if @x > limit)", "return @xs.filter((@x) => @x > limit).length;", lambda k, e, a, b: len([v for v in a if v > b]), ret="int")
t(L, "num", "@xs_at_least|filter_@xs", "@xs:nums minimum:int", ["np:the @xs that are at least minimum, in order", "np:all @xs not below minimum", "do:keep the @xs that are minimum or more"],
  "return [@x for @x in @xs if @x >= minimum]", "return @xs.filter((@x) => @x >= minimum);", lambda k, e, a, b: [v for v in a if not v < b], ret="list[int]")
t(L, "num", "@xs_between|@xs_in_range", "@xs:nums low:int high:int", ["np:the @xs between low and high, both included", "np:those @xs that are neither below low nor above high", "do:select the @xs from low to high, inclusive"],
  "return [@x for @x in @xs if low <= @x <= high]", "return @xs.filter((@x) => @x >= low && @x <= high);", lambda k, e, a, b, c: [v for v in a if not (v < b or v > c)], ret="list[int]")
t(L, "num", "sum_of_@k_@xs|@k_@x_sum", "@xs:nums", ["np:the sum of the @k @xs", "np:the total of those @xs that are @k", "do:add up the @k @xs"],
  "return sum(@x for @x in @xs if @c)", "return @xs.filter((@x) => @j).reduce((sum, @x) => sum + @x, 0);", lambda k, e, a: sum(v for v in a if PREDICATES[k][2](v)), ks=["even", "odd", "positive", "negative"], n=12, ret="int")
t(L, "num", "count_@k_@xs|number_of_@k_@xs", "@xs:nums", ["np:the number of @k @xs", "np:how many @xs are @k", "do:count the @k @xs"],
  "return sum(1 for @x in @xs if @c)", "return @xs.filter((@x) => @j).length;", lambda k, e, a: sum(1 for v in a if PREDICATES[k][2](v)), ks=["even", "odd", "positive", "negative"], n=10, ret="int")
t(L, "num", "all_@k|only_@k_@xs", "@xs:nums", ["yes:all @xs are @k", "yes:every @x is @k", "yes:none of the @xs is not @k"],
  "return all(@c for @x in @xs)", "return @xs.every((@x) => @j);", lambda k, e, a: not [v for v in a if not PREDICATES[k][2](v)], ks=["even", "odd", "positive", "negative"], n=8, ret="bool")
t(L, "num", "any_@k|has_@k_@x", "@xs:nums", ["yes:any @x is @k", "yes:at least one @x is @k", "yes:there is a @k @x"],
  "return any(@c for @x in @xs)", "return @xs.some((@x) => @j);", lambda k, e, a: bool([v for v in a if PREDICATES[k][2](v)]), ks=["positive", "negative"], n=6, ret="bool")
t(L, "num", "first_@k_@x|first_@k", "@xs:nums", ["np:the first @k @x, or None if there is none", "do:find the first @x that is @k; None if there is none"],
  "for @x in @xs:\n    if @c:\n        return @x\nreturn None", "return @xs.find((@x) => @j) ?? null;", lambda k, e, a: ([v for v in a if PREDICATES[k][2](v)] or [None])[0], ks=["even", "odd", "positive", "negative"], n=8, ret="int | None")
t(L, "num", "last_@k_@x", "@xs:nums", ["np:the last @k @x, or None if there is none", "do:find the last @x that is @k; None if there is none"],
  "for @x in reversed(@xs):\n    if @c:\n        return @x\nreturn None", "return @xs.findLast((@x) => @j) ?? null;", lambda k, e, a: ([v for v in a if PREDICATES[k][2](v)] or [None])[-1], ks=["even", "odd", "negative"], n=5, ret="int | None")
t(L, "num", "@xs_divisible_by_@k|multiples_of_@k", "@xs:nums", ["np:the @xs that are divisible by @k", "np:those @xs that @k divides", "do:keep the @xs that are multiples of @k"],
  "return [@x for @x in @xs if @x % @k == 0]", "return @xs.filter((@x) => @x % @k === 0);", lambda k, e, a: [v for v in a if v // k * k == v], ks=[3, 4, 5, 7, 10], n=6, ret="list[int]")
t(L, "num", "scaled_@xs|multiply_@xs", "@xs:nums factor:int", ["np:the @xs, each multiplied by factor", "np:a list with every @x times factor", "do:multiply each of the @xs by factor and return the results"],
  "return [@x * factor for @x in @xs]", "return @xs.map((@x) => @x * factor);", lambda k, e, a, b: [b * v for v in a], ret="list[int]")
t(L, "num", "capped_@xs|cap_@xs", "@xs:nums limit:int", ["np:the @xs, with those above limit replaced by limit", "np:the @xs, each limited to at most limit"],
  "return [min(@x, limit) for @x in @xs]", "return @xs.map((@x) => Math.min(@x, limit));", lambda k, e, a, b: [b if v > b else v for v in a], ret="list[int]")
t(L, "num", "cumulative_@xs|accumulated_@xs", "@xs:nums", ["np:the running totals of the @xs", "np:for each position the sum of the @xs up to there", "np:a list of the partial sums of the @xs"],
  "totals = []\ntotal = 0\nfor @x in @xs:\n    total += @x\n    totals.append(total)\nreturn totals", "let total = 0;\nreturn @xs.map((@x) => (total += @x));", lambda k, e, a: [sum(a[:i + 1]) for i in range(len(a))], ret="list[int]")
t(L, "num", "running_max_@x|record_@xs", "@xs:nums", ["np:for each position the highest @x so far", "np:the running maximum of the @xs"],
  "return list(accumulate(@xs, max))", None, lambda k, e, a: [max(a[:i + 1]) for i in range(len(a))], imports="from itertools import accumulate", n=4, ret="list[int]")
t(L, "num", "@x_changes|@x_differences", "@xs:nums", ["np:the differences between neighbouring @xs, later minus earlier", "np:the change from each @x to the next"],
  "return [later - earlier for earlier, later in zip(@xs, @xs[1:])]", "return @xs.slice(1).map((@x, index) => @x - @xs[index]);", lambda k, e, a: [a[i + 1] - a[i] for i in range(len(a) - 1)], ret="list[int]")
t(L, "num", "largest_@x_jump|biggest_@x_step", "@xs:nums", ["np:the largest absolute difference between neighbouring @xs, 0 if there are fewer than two", "do:find the biggest step, up or down, between two @xs in a row; 0 if there are fewer than two"],
  "return max((abs(b - a) for a, b in zip(@xs, @xs[1:])), default=0)", None, lambda k, e, a: max([abs(a[i + 1] - a[i]) for i in range(len(a) - 1)] or [0]), n=4, ret="int")
t(L, "num", "median_@x|middle_@x", "@xs:nums1", ["np:the median of the @xs, the mean of the two middle ones if their number is even", "do:compute the median of the @xs; with an even number of them, take the mean of the two in the middle"],
  "ordered = sorted(@xs)\nmiddle = len(ordered) // 2\nif len(ordered) % 2:\n    return ordered[middle]\nreturn (ordered[middle - 1] + ordered[middle]) / 2", "const ordered = [...@xs].sort((a, b) => a - b);\nconst middle = Math.floor(ordered.length / 2);\nif (ordered.length % 2) return ordered[middle];\nreturn (ordered[middle - 1] + ordered[middle]) / 2;",
  lambda k, e, a: (sorted(a)[(len(a) - 1) // 2] + sorted(a)[len(a) // 2]) / 2, n=5, ret="float")
t(L, "num", "index_of_highest_@x|position_of_lowest_@x", "@xs:nums1", ["np:the index of the @k @x, the first one if there are several", "np:the position of the @k @x, counted from 0; the first one wins ties"],
  "return @xs.index(@f(@xs))", "return @xs.indexOf(Math.@f(...@xs));", lambda k, e, a: [i for i, v in enumerate(a) if v == (max(a) if k == "largest" else min(a))][0], ks=["largest", "smallest"], n=7, ret="int")
t(L, "num", "@xs_rising|is_rising", "@xs:nums", ["yes:each @x is greater than the one before", "yes:the @xs rise strictly from one to the next"],
  "return all(a < b for a, b in zip(@xs, @xs[1:]))", "return @xs.every((@x, index) => index === 0 || @xs[index - 1] < @x);", lambda k, e, a: a == sorted(set(a)), n=5, ret="bool")
t(L, "num", "second_highest_@x|second_@x", "@xs:nums", ["np:the second highest different @x, or None if there are fewer than two different ones", "do:find the second largest of the distinct @xs; None if there are fewer than two"],
  "ordered = sorted(set(@xs), reverse=True)\nreturn ordered[1] if len(ordered) > 1 else None", "const ordered = [...new Set(@xs)].sort((a, b) => b - a);\nreturn ordered.length > 1 ? ordered[1] : null;", lambda k, e, a: (sorted(dict.fromkeys(a))[-2:-1] or [None])[0] if len(set(a)) > 1 else None, n=5, ret="int | None")
t(L, "num", "top_@xs|best_@xs", "@xs:nums n:small", ["np:the n largest @xs, largest first", "np:the n highest @xs in descending order"],
  "return sorted(@xs, reverse=True)[:n]", "return [...@xs].sort((a, b) => b - a).slice(0, n);", lambda k, e, a, b: sorted(a)[::-1][:b], n=5, ret="list[int]")
t(L, "num", "last_@xs|recent_@xs", "@xs:nums n:small", ["np:the last n @xs", "np:the n @xs at the end of the list"],
  "return @xs[-n:]", "return @xs.slice(-n);", lambda k, e, a, b: a[max(0, len(a) - b):], n=4, ret="list[int]")
t(L, "num", "@xs_without_extremes|trim_@xs", "@xs:nums", ["np:the @xs in ascending order without the smallest and the largest one", "do:sort the @xs and drop the smallest and the largest one"],
  "return sorted(@xs)[1:-1]", "return [...@xs].sort((a, b) => a - b).slice(1, -1);", lambda k, e, a: sorted(a)[1:len(a) - 1] if len(a) > 2 else [], n=4, ret="list[int]")
t(L, "num", "@xs_above_average", "@xs:nums1", ["np:the @xs above their mean, in order", "np:those @xs that are greater than the average of all"],
  "mean = sum(@xs) / len(@xs)\nreturn [@x for @x in @xs if @x > mean]", "const mean = @xs.reduce((sum, @x) => sum + @x, 0) / @xs.length;\nreturn @xs.filter((@x) => @x > mean);", lambda k, e, a: [v for v in a if v * len(a) > sum(a)], n=5, ret="list[int]")
t(L, "num", "@x_range|@x_span", "@xs:nums", ["np:the difference between the largest and the smallest @x", "do:compute how far the highest and the lowest @x are apart"],
  "if not @xs:\n    return @e\nreturn max(@xs) - min(@xs)", "return @xs.length ? Math.max(...@xs) - Math.min(...@xs) : @e;", lambda k, e, a: sorted(a)[-1] - sorted(a)[0] if a else e, es=E0, n=6, ret="int")
t(L, "num", "product_of_@xs|@x_product", "@xs:pos", ["np:the product of the @xs, 1 for an empty list", "do:multiply all @xs; an empty list gives 1"],
  "result = 1\nfor @x in @xs:\n    result *= @x\nreturn result", "return @xs.reduce((result, @x) => result * @x, 1);", lambda k, e, a: math.prod(a), n=5, ret="int")
t(L, "num", "sum_of_squared_@xs|@x_square_sum", "@xs:nums", ["np:the sum of the squares of the @xs", "do:add up the squared @xs"],
  "return sum(@x**2 for @x in @xs)", "return @xs.reduce((sum, @x) => sum + @x ** 2, 0);", lambda k, e, a: sum(v * v for v in a), n=5, ret="int")
t(L, "num", "@x_shares|@x_percentages", "@xs:pos1", ["np:for each @x its percentage of the total", "np:the @xs as percentages of their sum"],
  "total = sum(@xs)\nreturn [100 * @x / total for @x in @xs]", "const total = @xs.reduce((sum, @x) => sum + @x, 0);\nreturn @xs.map((@x) => (100 * @x) / total);", lambda k, e, a: [100 * v / sum(a) for v in a], n=4, ret="list[float]")
t(L, "num", "windows_of_@xs|@x_windows", "@xs:nums size:small", ["np:all runs of size neighbouring @xs, as lists", "np:the windows of size consecutive @xs, as a list of lists"],
  "return [@xs[start : start + size] for start in range(len(@xs) - size + 1)]", None, lambda k, e, a, b: [a[i:i + b] for i in range(len(a)) if i + b <= len(a)], n=4, ret="list[list[int]]")
t(L, "num", "chunks_of_@xs|@x_chunks", "@xs:nums size:small", ["np:the @xs in chunks of size, the last one may be shorter", "do:split the @xs into lists of size; the last one may be shorter"],
  "return [@xs[start : start + size] for start in range(0, len(@xs), size)]", "const chunks = [];\nfor (let start = 0; start < @xs.length; start += size) {\n  chunks.push(@xs.slice(start, start + size));\n}\nreturn chunks;", lambda k, e, a, b: [a[i:i + b] for i in range(len(a)) if i % b == 0], n=5, ret="list[list[int]]")
t(L, "num", "split_@xs|partition_@xs", "@xs:nums", ["np:two lists: the @k @xs, and the others", "do:separate the @xs into the @k ones and the others, as two lists"],
  "matching = [@x for @x in @xs if @c]\nothers = [@x for @x in @xs if @d]\nreturn matching, others", None, lambda k, e, a: [[v for v in a if PREDICATES[k][2](v)], [v for v in a if not PREDICATES[k][2](v)]], ks=["even", "positive", "negative"], n=6, ret="tuple[list[int], list[int]]")
t(L, "num", "longest_run_of_@xs|longest_@x_streak", "@xs:bits", ["np:the length of the longest run of equal @xs in a row", "do:find how many times in a row the same @x occurs at most"],
  "return max((len(list(run)) for _, run in groupby(@xs)), default=0)", None, lambda k, e, a: max([0] + [j - i for i in range(len(a)) for j in range(i + 1, len(a) + 1) if len(set(a[i:j])) == 1]), imports="from itertools import groupby", n=3, ret="int")
t(L, "num", "most_common_@x", "@xs:bits", ["np:the @x that occurs most often, None for an empty list", "do:find the most common @x; None for an empty list"],
  "return max(@xs, key=@xs.count, default=None)", None, lambda k, e, a: sorted(a, key=lambda v: (-a.count(v), a.index(v)))[0] if a else None, n=4, ret="int | None")
t(L, "num", "weighted_mean", "values:same weights:four", ["np:the mean of the values, weighted with the weights at the same positions", "do:compute the weighted mean of values and weights"],
  "return sum(value * weight for value, weight in zip(values, weights)) / sum(weights)", None, lambda k, e, a, b: sum(a[i] * b[i] for i in range(4)) / sum(b), n=1, ret="float", example=False)
t(L, "num", "dot_product", "a:same b:same", ["np:the sum of the products of the items at the same positions of a and b", "np:the dot product of the lists a and b"],
  "return sum(x * y for x, y in zip(a, b))", "return a.reduce((sum, x, index) => sum + x * b[index], 0);", lambda k, e, a, b: sum(a[i] * b[i] for i in range(4)), n=2, ret="int", example=False)
t(L, "num", "changed_positions|differing_positions", "before:same after:same", ["np:the indices at which before and after differ", "np:the positions where the two lists have different items"],
  "return [index for index, (a, b) in enumerate(zip(before, after)) if a != b]", None, lambda k, e, a, b: [i for i in range(4) if a[i] != b[i]], n=2, ret="list[int]", example=False)
t(L, "num", "interleaved|interleave", "left:same right:same", ["np:the items of the lists left and right in turn, beginning with left; both have the same length"],
  "return [item for pair in zip(left, right) for item in pair]", "return left.flatMap((item, index) => [item, right[index]]);", lambda k, e, a, b: [v for i in range(4) for v in (a[i], b[i])], n=2, ret="list[int]", example=False)
t(L, "num", "known_@xs|without_missing_@xs", "@xs:optional", ["np:the @xs that are not None, in order", "do:drop the @xs that are None"],
  "return [@x for @x in @xs if @x is not None]", "return @xs.filter((@x) => @x !== null);", lambda k, e, a: [v for v in a if v != None], n=5, ret="list", example=False)  # noqa: E711
t(L, "num", "@xs_or_default|filled_@xs", "@xs:optional default:int", ["np:the @xs, with default in place of None", "do:replace each None among the @xs by default, in a new list"],
  "return [default if @x is None else @x for @x in @xs]", None, lambda k, e, a, b: [b if v == None else v for v in a], n=4, ret="list[int]", example=False)  # noqa: E711

# Lists of texts.
t(S, "str", "@xs_by_length|sort_@xs", "@xs:strs", ["np:the @xs sorted by length, shortest first", "do:sort the @xs by their length, shortest first"],
  "return sorted(@xs, key=len)", "return [...@xs].sort((a, b) => a.length - b.length);", lambda k, e, a: [w for n in range(9) for w in a if len(w) == n], n=5, ret="list[str]")
t(S, "str", "sorted_@xs|@xs_in_order", "@xs:strs", ["np:the @xs in alphabetical order, ignoring case", "do:sort the @xs alphabetically, regardless of case"],
  "return sorted(@xs, key=str.lower)", None, lambda k, e, a: [w for _, _, w in sorted((w.lower(), i, w) for i, w in enumerate(a))], n=4, ret="list[str]")
t(S, "str", "longest_@x|shortest_@x", "@xs:strs", ["np:the @k @x, the first one if there are several", "do:find the @k @x; the first one wins ties"],
  "return @f(@xs, key=len, default=@e)", None, lambda k, e, a: ([w for w in a if len(w) == (max if k == "longest" else min)(map(len, a))] or [e])[0], ks=["longest", "shortest"],
  es=[(None, ", None for an empty list"), ("", ", an empty string for an empty list")], n=8, ret="str")
t(S, "str", "@xs_starting_with|@xs_with_prefix", "@xs:strs prefix:char", ["np:the @xs that start with prefix", "np:all @xs that begin with the given prefix", "do:keep the @xs that start with prefix"],
  "return [@x for @x in @xs if @x.startswith(prefix)]", "return @xs.filter((@x) => @x.startsWith(prefix));", lambda k, e, a, b: [w for w in a if w[:1] == b], n=5, ret="list[str]")
t(S, "str", "count_@xs_with|@xs_containing", "@xs:strs part:char", ["np:the number of @xs that contain part, ignoring case", "do:count the @xs in which part occurs, regardless of case"],
  "return sum(1 for @x in @xs if part.lower() in @x.lower())", "return @xs.filter((@x) => @x.toLowerCase().includes(part.toLowerCase())).length;", lambda k, e, a, b: len([w for w in a if w.lower().count(b)]), n=5, ret="int")
t(S, "str", "long_@xs|@xs_longer_than", "@xs:strs @k_length:small", ["np:the @xs longer than @k_length characters", "np:those @xs with more than @k_length characters"],
  "return [@x for @x in @xs if len(@x) > @k_length]", "return @xs.filter((@x) => @x.length > @k_length);", lambda k, e, a, b: [w for w in a if not len(w) <= b], ks=["max", "min"], n=5, ret="list[str]")
t(S, "str", "unique_@xs|distinct_@xs", "@xs:strs", ["np:the @xs without duplicates, in the order of their first appearance", "do:remove repeated @xs and keep the order"],
  "return list(dict.fromkeys(@xs))", "return [...new Set(@xs)];", lambda k, e, a: [w for i, w in enumerate(a) if w not in a[:i]], n=5, ret="list[str]")
t(S, "str", "distinct_@xs_ignoring_case|unique_@xs", "@xs:strs", ["np:the @xs without duplicates, ignoring case, each in the spelling in which it comes first", "do:drop @xs that came before, regardless of case, and keep the order"],
  "seen = set()\nresult = []\nfor @x in @xs:\n    if @x.lower() not in seen:\n        seen.add(@x.lower())\n        result.append(@x)\nreturn result",
  "const seen = new Set();\nreturn @xs.filter((@x) => {\n  const key = @x.toLowerCase();\n  if (seen.has(key)) return false;\n  seen.add(key);\n  return true;\n});",
  lambda k, e, a: [w for i, w in enumerate(a) if w.lower() not in [v.lower() for v in a[:i]]], n=5, ret="list[str]")
t(S, "str", "repeated_@xs|duplicate_@xs", "@xs:strs", ["np:the @xs that occur more than once, sorted, each once", "do:list the @xs that appear at least twice, sorted and each once"],
  "return sorted({@x for @x in @xs if @xs.count(@x) > 1})", None, lambda k, e, a: sorted(w for i, w in enumerate(a) if w in a[:i] and w not in a[i + 1:]), n=4, ret="list[str]")
t(S, "str", "numbered_@xs|number_@xs", "@xs:strs", ["np:a text with the @xs one per line, numbered from 1 like \"1. pear\"", "np:the @xs as numbered lines, like \"1. pear\", counted from 1"],
  "return \"\\n\".join(f\"{number}. {@x}\" for number, @x in enumerate(@xs, 1))", "return @xs.map((@x, index) => `${index + 1}. ${@x}`).join(\"\\n\");", lambda k, e, a: "\n".join(str(i + 1) + ". " + w for i, w in enumerate(a)), n=5, ret="str", example=False)
t(S, "str", "enumerate_@xs|list_of_@xs", "@xs:strs", ["np:the @xs as an enumeration: commas between them, \"and\" before the last one", "do:join the @xs like \"a, b and c\"; one alone stays as it is, none gives an empty string"],
  "if len(@xs) < 2:\n    return \"\".join(@xs)\nreturn \", \".join(@xs[:-1]) + \" and \" + @xs[-1]", "if (@xs.length < 2) return @xs.join(\"\");\nreturn `${@xs.slice(0, -1).join(\", \")} and ${@xs.at(-1)}`;", lambda k, e, a: a[0] if len(a) == 1 else (", ".join(a[:-1]) + " and " + a[-1] if a else ""), n=5, ret="str")
t(S, "str", "@xs_by_initial|group_@xs", "@xs:strs1", ["np:a dictionary from first letter to the @xs that begin with it", "do:group the @xs by their first letter in a dictionary of lists"],
  "groups = {}\nfor @x in @xs:\n    groups.setdefault(@x[0], []).append(@x)\nreturn groups", "const groups = {};\nfor (const @x of @xs) {\n  (groups[@x[0]] ??= []).push(@x);\n}\nreturn groups;", lambda k, e, a: {c: [w for w in a if w[0] == c] for c in dict.fromkeys(w[0] for w in a)}, n=5, ret="dict[str, list[str]]")
t(S, "str", "@xs_by_size|group_@xs_by_length", "@xs:strs1", ["np:a dictionary from length to the @xs of that length", "do:group the @xs by their length in a dictionary of lists"],
  "groups = {}\nfor @x in @xs:\n    groups.setdefault(len(@x), []).append(@x)\nreturn groups", None, lambda k, e, a: {c: [w for w in a if len(w) == c] for c in dict.fromkeys(map(len, a))}, n=4, ret="dict[int, list[str]]", example=False)
t(S, "str", "@x_counts|count_@xs", "@xs:strs", ["np:a dictionary with the number of times each @x occurs", "do:count how often each @x occurs, as a dictionary"],
  "counts = {}\nfor @x in @xs:\n    counts[@x] = counts.get(@x, 0) + 1\nreturn counts", "const counts = {};\nfor (const @x of @xs) {\n  counts[@x] = (counts[@x] ?? 0) + 1;\n}\nreturn counts;", lambda k, e, a: {w: a.count(w) for w in dict.fromkeys(a)}, n=5, ret="dict[str, int]")
t(S, "str", "@x_lengths|lengths_of_@xs", "@xs:strs", ["np:a dictionary from each @x to its length", "do:map each @x to its number of characters"],
  "return {@x: len(@x) for @x in @xs}", "return Object.fromEntries(@xs.map((@x) => [@x, @x.length]));", lambda k, e, a: dict((w, len(w)) for w in a), n=4, ret="dict[str, int]")
t(S, "str", "common_@xs|shared_@xs", "first:uniq second:uniq", ["np:the @xs that are in both lists, in the order of the first", "np:those of the first list of @xs that the second one has, too"],
  "return [@x for @x in first if @x in second]", "return first.filter((@x) => second.includes(@x));", lambda k, e, a, b: [w for w in a if b.count(w)], n=5, ret="list[str]", example=False)
t(S, "str", "missing_@xs|absent_@xs", "expected:uniq found:uniq", ["np:the expected @xs that were not found, sorted", "np:the @xs of expected that found does not have, sorted"],
  "return sorted(set(expected) - set(found))", "return expected.filter((@x) => !found.includes(@x)).sort();", lambda k, e, a, b: sorted(w for w in a if w not in b), n=4, ret="list[str]", example=False)
t(S, "str", "clean_@xs|stripped_@xs", "@xs:blank", ["np:the @xs without white space at their ends, and without blank ones", "do:strip the @xs and drop those that are empty then"],
  "return [@x.strip() for @x in @xs if @x.strip()]", "return @xs.map((@x) => @x.trim()).filter((@x) => @x !== \"\");", lambda k, e, a: [w.strip() for w in a if not w.isspace() and w], n=5, ret="list[str]", example=False)
t(S, "str", "@xs_in_upper_case|upper_@xs", "@xs:strs", ["np:the @xs in upper case", "do:turn all @xs into upper case"],
  "return [@x.upper() for @x in @xs]", "return @xs.map((@x) => @x.toUpperCase());", lambda k, e, a: [w.upper() for w in a], n=4, ret="list[str]")
t(S, "str", "joined_@xs|@xs_line", "@xs:strs", ["np:the @xs in sorted order, separated by \"@k\"", "do:sort the @xs and join them with \"@k\""],
  "return \"@k\".join(sorted(@xs))", "return [...@xs].sort().join(\"@k\");", lambda k, e, a: k.join(sorted(a)), ks=[", ", "; ", "|", "/", " - "], n=5, ret="str")
t(S, "str", "has_@x|includes_@x", "@xs:strs @x:word", ["yes:the @x is among the @xs, ignoring case", "yes:one of the @xs equals @x, regardless of case"],
  "return @x.lower() in [item.lower() for item in @xs]", "return @xs.some((item) => item.toLowerCase() === @x.toLowerCase());", lambda k, e, a, b: bool([w for w in a if w.lower() == b.lower()]), n=4, ret="bool")
t(S, "str", "@x_index|position_of_@x", "@xs:strs @x:word", ["np:the index of the first @x that equals the given one, -1 if there is none", "do:find the position of @x in @xs; -1 if it is not there"],
  "return @xs.index(@x) if @x in @xs else -1", "return @xs.indexOf(@x);", lambda k, e, a, b: ([i for i, w in enumerate(a) if w == b] or [-1])[0], n=4, ret="int")
t(S, "str", "padded_@xs|align_@xs", "@xs:strs1", ["np:the @xs, padded with blanks on the right to the length of the longest one", "do:pad the @xs with blanks at the end so that all are as long as the longest one"],
  "width = max(len(@x) for @x in @xs)\nreturn [@x.ljust(width) for @x in @xs]", "const width = Math.max(...@xs.map((@x) => @x.length));\nreturn @xs.map((@x) => @x.padEnd(width));", lambda k, e, a: [w + " " * (max(map(len, a)) - len(w)) for w in a], n=4, ret="list[str]", example=False)
t(S, "str", "total_@x_length|letters_of_@xs", "@xs:strs", ["np:the total number of characters of the @xs", "do:add up the lengths of all @xs"],
  "return sum(len(@x) for @x in @xs)", "return @xs.reduce((sum, @x) => sum + @x.length, 0);", lambda k, e, a: len("".join(a)), n=4, ret="int")
t(S, "str", "@x_pairs|pairs_of_@xs", "@xs:uniq", ["np:all pairs of different @xs, in order, each pair once", "np:every pair of two of the @xs as tuples, without repetitions"],
  "return list(combinations(@xs, 2))", None, lambda k, e, a: [[a[i], a[j]] for i in range(3) for j in range(i + 1, 3)], imports="from itertools import combinations", n=3, ret="list[tuple[str, str]]", example=False)

# Dictionaries from names to numbers: @xs is the dictionary, @x a key, @v a value.
t(D, "dict", "total_@n|sum_of_@xs", "@xs:dict", ["np:the sum of all @v values in @xs, a dictionary from @x to @v", "do:add up the values of @xs, which maps each @x to its @v"],
  "return sum(@xs.values())", "return Object.values(@xs).reduce((sum, value) => sum + value, 0);", lambda k, e, a: sum(a[x] for x in a), n=5, ret="int")
t(D, "dict", "best_@x|@x_with_highest_@n|@x_with_lowest_@n", "@xs:dict", ["np:the @x with the @k @v, or None if @xs is empty; @xs is a dictionary from @x to @v", "do:find the @x whose @v is the @k in the dictionary @xs; None if it is empty"],
  "return @f(@xs, key=@xs.get, default=None)", None, lambda k, e, a: (sorted(a, key=lambda x: -a[x] if k == "largest" else a[x]) or [None])[0], ks=["largest", "smallest"], n=8, ret="str | None")
t(D, "dict", "@p_above|@p_over", "@xs:dict limit:int", ["np:the sorted list of each @x whose @v in the dictionary @xs is above limit", "np:the keys of @xs with a value greater than limit, sorted"],
  "return sorted(@x for @x, @m in @xs.items() if @m > limit)", "return Object.keys(@xs).filter((@x) => @xs[@x] > limit).sort();", lambda k, e, a, b: sorted(x for x in a if a[x] > b), n=5, ret="list[str]", example=False)
t(D, "dict", "@xs_at_least|filter_@xs", "@xs:dict minimum:int", ["np:a new dictionary with the entries of @xs whose @v is at least minimum", "do:keep the entries of @xs with a value of minimum or more, in a new dictionary"],
  "return {@x: @m for @x, @m in @xs.items() if @m >= minimum}", "return Object.fromEntries(Object.entries(@xs).filter(([, @m]) => @m >= minimum));", lambda k, e, a, b: dict((x, a[x]) for x in a if not a[x] < b), n=5, ret="dict[str, int]", example=False)
t(D, "dict", "ranked_@p|@p_by_@n", "@xs:dict", ["np:the keys of @xs, sorted by their @v, largest first", "do:sort the names in the dictionary @xs by @v in descending order and return them"],
  "return sorted(@xs, key=@xs.get, reverse=True)", "return Object.keys(@xs).sort((a, b) => @xs[b] - @xs[a]);", lambda k, e, a: [x for v in sorted(set(a.values()))[::-1] for x in a if a[x] == v], n=5, ret="list[str]")
t(D, "dict", "@n_of|get_@n", "@xs:dict @x:lower", ["np:the @v of the @x in the dictionary @xs, @e if it is not there", "do:look up the @v of the @x in @xs, with @e if it is missing"],
  "return @xs.get(@x, @e)", "return @xs[@x] ?? @e;", lambda k, e, a, b: a[b] if b in a else e, es=[(0, ""), (None, ""), (-1, "")], n=7, ret="int")
t(D, "dict", "average_@n|mean_@n", "@xs:dict", ["np:the average @v in the dictionary @xs, 0 if it is empty", "do:compute the mean of the values of @xs; 0 if there are none"],
  "if not @xs:\n    return 0\nreturn sum(@xs.values()) / len(@xs)", "const values = Object.values(@xs);\nif (values.length === 0) return 0;\nreturn values.reduce((sum, value) => sum + value, 0) / values.length;", lambda k, e, a: sum(a[x] for x in a) / len(a) if a else 0, n=5, ret="float")
t(D, "dict", "scaled_@xs|multiply_@xs", "@xs:dict factor:int", ["np:a copy of the dictionary @xs with each @v multiplied by factor", "do:multiply every value of @xs by factor, in a new dictionary"],
  "return {@x: @m * factor for @x, @m in @xs.items()}", "return Object.fromEntries(Object.entries(@xs).map(([@x, @m]) => [@x, @m * factor]));", lambda k, e, a, b: dict((x, a[x] * b) for x in a), n=5, ret="dict[str, int]", example=False)
t(D, "dict", "added_@xs|combined_@xs", "first:dict second:dict", ["np:a dictionary with the sums of two dictionaries from @x to @v; a missing @x counts as 0", "do:add the values of two dictionaries from @x to @v, key by key, into a new dictionary"],
  "result = dict(first)\nfor @x, @m in second.items():\n    result[@x] = result.get(@x, 0) + @m\nreturn result", "const result = { ...first };\nfor (const [@x, @m] of Object.entries(second)) {\n  result[@x] = (result[@x] ?? 0) + @m;\n}\nreturn result;", lambda k, e, a, b: {x: a.get(x, 0) + b.get(x, 0) for x in list(dict.fromkeys([*a, *b]))}, n=5, ret="dict[str, int]", example=False)
t(D, "dict", "@xs_lines|format_@xs", "@xs:dict", ["np:a text with one line for each @x in @xs, like \"fig: 3\", sorted by @x", "do:format the dictionary @xs as lines like \"fig: 3\", in the order of the keys"],
  "return \"\\n\".join(f\"{@x}: {@m}\" for @x, @m in sorted(@xs.items()))", None, lambda k, e, a: "\n".join(x + ": " + str(a[x]) for x in sorted(a)), n=4, ret="str", example=False)
t(D, "dict", "all_@p_have_@n|no_@n_is_zero", "@xs:dict", ["yes:every @v in the dictionary @xs is greater than 0", "yes:no value in @xs, which maps each @x to its @v, is 0 or less"],
  "return all(@m > 0 for @m in @xs.values())", "return Object.values(@xs).every((@m) => @m > 0);", lambda k, e, a: 0 not in a.values(), n=4, ret="bool")
t(D, "", "keys_by_value|group_keys", "mapping:strdict", ["np:a dictionary from each value of mapping to the list of keys that have it", "do:invert mapping; keys with the same value are collected in a list"],
  "result = {}\nfor key, value in mapping.items():\n    result.setdefault(value, []).append(key)\nreturn result", "const result = {};\nfor (const [key, value] of Object.entries(mapping)) {\n  (result[value] ??= []).push(key);\n}\nreturn result;", lambda k, e, a: {v: [x for x in a if a[x] == v] for v in dict.fromkeys(a.values())}, n=3, ret="dict[str, list[str]]", example=False)
t(D, "", "rename_key|with_renamed_key", "mapping:dict1 old:lower new:capital", ["np:a copy of mapping in which the key old is called new; the order of the entries stays", "do:rename the key old to new in a copy of mapping and keep the order"],
  "return {new if key == old else key: value for key, value in mapping.items()}", None, lambda k, e, a, b, c: dict((c if x == b else x, a[x]) for x in a), n=2, ret="dict[str, int]", example=False)
t(D, "", "pick|select_keys", "mapping:dict keys:lowers", ["np:a new dictionary with those entries of mapping whose key is in keys, in the order of keys; missing keys are skipped"],
  "return {key: mapping[key] for key in keys if key in mapping}", "return Object.fromEntries(keys.filter((key) => key in mapping).map((key) => [key, mapping[key]]));", lambda k, e, a, b: dict((x, a[x]) for x in b if x in a), n=2, ret="dict[str, int]", example=False)
t(D, "", "omit|without_keys", "mapping:dict keys:lowers", ["np:a copy of mapping without the given keys", "do:drop the keys from mapping, in a new dictionary"],
  "return {key: value for key, value in mapping.items() if key not in keys}", "return Object.fromEntries(Object.entries(mapping).filter(([key]) => !keys.includes(key)));", lambda k, e, a, b: dict((x, a[x]) for x in a if not b.count(x)), n=2, ret="dict[str, int]", example=False)
t(D, "", "sums_by_key|totals", "pairs:pairs", ["np:a dictionary with the sum of the numbers of each name, from a list of (name, number) pairs", "do:add up the numbers of each name in a list of (name, number) pairs, as a dictionary"],
  "sums = {}\nfor name, number in pairs:\n    sums[name] = sums.get(name, 0) + number\nreturn sums", "const sums = {};\nfor (const [name, number] of pairs) {\n  sums[name] = (sums[name] ?? 0) + number;\n}\nreturn sums;", lambda k, e, a: {x: sum(v for y, v in a if y == x) for x in dict.fromkeys(y for y, _ in a)}, n=3, ret="dict[str, int]", example=False)
t(D, "", "lists_by_key|collect_pairs", "pairs:pairs", ["np:a dictionary from each name to the list of its numbers, from a list of (name, number) pairs", "do:group a list of (name, number) pairs into a dictionary of lists"],
  "groups = {}\nfor name, number in pairs:\n    groups.setdefault(name, []).append(number)\nreturn groups", None, lambda k, e, a: {x: [v for y, v in a if y == x] for x in dict.fromkeys(y for y, _ in a)}, n=2, ret="dict[str, list[int]]", example=False)

# Matrices.
t("grids", "", "column_@k|@k_of_columns", "rows:matrix", ["np:the @k of each column of a matrix given as a list of rows", "np:a list with the @k of every column of rows"],
  "return [@f(column) for column in zip(*rows)]", None, lambda k, e, a: [{"largest value": max, "smallest value": min, "sum": sum}[k]([r[i] for r in a]) for i in range(3)], ks=["largest value", "smallest value", "sum"], n=4, ret="list[int]")
t("grids", "", "row_@k|@k_of_rows", "rows:matrix", ["np:the @k of each row of the matrix", "np:a list with the @k of every row of rows"],
  "return [@f(row) for row in rows]", "return rows.map((row) => Math.@f(...row));", lambda k, e, a: [{"largest value": max, "smallest value": min}[k](r) for r in a], ks=["largest value", "smallest value"], n=3, ret="list[int]")
t("grids", "", "diagonal_sum|trace_of", "rows:square", ["np:the sum of the main diagonal of a square matrix", "do:add up the main diagonal of a square matrix given as rows"],
  "return sum(row[index] for index, row in enumerate(rows))", "return rows.reduce((sum, row, index) => sum + row[index], 0);", lambda k, e, a: a[0][0] + a[1][1] + a[2][2], n=3, ret="int")
t("grids", "", "mirrored|flip_rows", "rows:matrix", ["np:the grid mirrored from left to right, as a new grid", "do:reverse every row of the grid, in a new grid"],
  "return [row[::-1] for row in rows]", "return rows.map((row) => [...row].reverse());", lambda k, e, a: [[r[2], r[1], r[0]] for r in a], n=3, ret="list[list[int]]")
t("grids", "", "count_cells|cells_above", "rows:matrix limit:int", ["np:the number of cells in the grid that are greater than limit", "do:count the cells of the grid above limit"],
  "return sum(1 for row in rows for cell in row if cell > limit)", "return rows.flat().filter((cell) => cell > limit).length;", lambda k, e, a, b: len([v for r in a for v in r if v > b]), n=4, ret="int")
t("grids", "", "scale_matrix|times", "rows:matrix factor:int", ["np:the matrix with each number multiplied by factor", "do:multiply every number of the matrix by factor, in a new matrix"],
  "return [[factor * cell for cell in row] for row in rows]", "return rows.map((row) => row.map((cell) => factor * cell));", lambda k, e, a, b: [[v * b for v in r] for r in a], n=3, ret="list[list[int]]")
t("grids", "", "rotate_right|turned_clockwise", "rows:matrix", ["np:the grid turned clockwise by 90 degrees, as a list of lists", "do:rotate the grid clockwise by a quarter turn, as a list of lists"],
  "return [list(column) for column in zip(*rows[::-1])]", None, lambda k, e, a: [[a[len(a) - 1 - i][j] for i in range(len(a))] for j in range(3)], n=3, ret="list[list[int]]")
t("grids", "", "grid_text|draw_grid", "rows:matrix", ["np:the grid as text: cells separated by blanks, one line per row", "do:format the grid as text, cells separated by blanks and rows on lines of their own"],
  "return \"\\n\".join(\" \".join(str(cell) for cell in row) for row in rows)", "return rows.map((row) => row.join(\" \")).join(\"\\n\");", lambda k, e, a: "\n".join("%d %d %d" % tuple(r) for r in a), n=3, ret="str", example=False)
t("grids", "", "find_cell|position_in_grid", "rows:matrix value:digit", ["np:the first (row, column) at which value stands in the grid, or None", "do:find value in the grid, row by row, and return its (row, column); None if it is not there"],
  "for y, row in enumerate(rows):\n    for x, cell in enumerate(row):\n        if cell == value:\n            return y, x\nreturn None", None, lambda k, e, a, b: ([[y, x] for y in range(len(a)) for x in range(3) if a[y][x] == b] or [None])[0], n=2, ret="tuple[int, int] | None", example=False)

# Texts.
VOWELS = "aeiou"
t(X, "", "vowel_count|count_vowels|number_of_vowels", "text:text", ["np:the number of vowels in text, in upper or lower case", "do:count the vowels (a, e, i, o, u) of the text, ignoring case"],
  "return sum(1 for char in text.lower() if char in \"aeiou\")", "return [...text.toLowerCase()].filter((char) => \"aeiou\".includes(char)).length;", lambda k, e, a: len(re.findall("[aeiouAEIOU]", a)), n=4, ret="int")
t(X, "", "without_vowels|drop_vowels", "text:text", ["np:the text without its vowels", "do:remove the vowels from the text, upper and lower case"],
  "return \"\".join(char for char in text if char.lower() not in \"aeiou\")", "return text.replace(/[aeiou]/gi, \"\");", lambda k, e, a: re.sub("[aeiouAEIOU]", "", a), n=3, ret="str")
t(X, "", "@k_count|count_@k", "text:text", ["np:the number of @k in the text", "do:count the @k in text"],
  "return sum(1 for char in text if char.@f())", None, lambda k, e, a: len(re.findall({"digits": r"\d", "letters": "[A-Za-z]", "capital letters": "[A-Z]", "small letters": "[a-z]"}[k], a)), ks=["digits", "letters", "capital letters", "small letters"], n=7, ret="int")
t(X, "", "only_@k|keep_@k", "text:text", ["np:the text with nothing but its @k", "do:keep only the @k of the text"],
  "return \"\".join(char for char in text if char.@f())", None, lambda k, e, a: "".join(re.findall({"digits": r"\d", "letters": "[A-Za-z]", "capital letters": "[A-Z]"}[k], a)), ks=["digits", "letters", "capital letters"], n=6, ret="str")
t(X, "", "reads_same_backwards|is_mirror_text|same_reversed", "text:text", ["yes:the text reads the same backwards, ignoring case and blanks", "yes:text is a palindrome when case and spaces do not count"],
  "letters = text.replace(\" \", \"\").lower()\nreturn letters == letters[::-1]", "const letters = text.replaceAll(\" \", \"\").toLowerCase();\nreturn letters === [...letters].reverse().join(\"\");", lambda k, e, a: list(reversed("".join(a.lower().split(" ")))) == list("".join(a.lower().split(" "))), n=4, ret="bool")
t(X, "", "reversed_words|reverse_word_order", "text:phrase", ["np:the words of the text in reverse order", "do:reverse the order of the words in text"],
  "return \" \".join(reversed(text.split()))", "return text.split(\" \").reverse().join(\" \");", lambda k, e, a: " ".join(a.split()[::-1]), n=3, ret="str")
t(X, "", "words_reversed|reverse_each_word", "text:phrase", ["np:the text with each word spelled backwards, the words in their order", "do:reverse the letters of each word and keep the order of the words"],
  "return \" \".join(word[::-1] for word in text.split())", "return text\n  .split(\" \")\n  .map((word) => [...word].reverse().join(\"\"))\n  .join(\" \");", lambda k, e, a: " ".join("".join(reversed(w)) for w in a.split()), n=3, ret="str")
t(X, "", "initials_of|get_initials", "name:phrase", ["np:the initials of the words of name, in upper case", "do:take the first letter of each word in upper case"],
  "return \"\".join(word[0].upper() for word in name.split())", "return name\n  .split(\" \")\n  .map((word) => word[0].toUpperCase())\n  .join(\"\");", lambda k, e, a: "".join(re.findall(r"\b\w", a)).upper(), n=3, ret="str")
t(X, "", "longest_word|longest_word_length|shortest_word", "text:text", ["np:the @k word of the text, an empty string if it has no words", "do:find the @k word of the text; an empty string if there is none"],
  "return @f(text.split(), key=len, default=\"\")", None, lambda k, e, a: ([w for w in a.split() if len(w) == (max if k == "longest" else min)(map(len, a.split()))] or [""])[0], ks=["longest", "shortest"], n=4, ret="str")
t(X, "", "word_lengths|lengths_of_words", "text:text", ["np:the lengths of the words of the text, in order", "np:a list with the number of characters of each word in text"],
  "return [len(word) for word in text.split()]", None, lambda k, e, a: list(map(len, re.findall(r"\S+", a))), n=3, ret="list[int]")
t(X, "", "long_words|words_longer_than", "text:text length:small", ["np:the words of the text with more than length characters", "do:list the words of text that are longer than length"],
  "return [word for word in text.split() if len(word) > length]", None, lambda k, e, a, b: [w for w in re.findall(r"\S+", a) if not len(w) <= b], n=3, ret="list[str]")
t(X, "", "word_counts|count_each_word|word_frequencies", "text:text", ["np:a dictionary with how often each word occurs in text, ignoring case", "do:count the words of the text in lower case, as a dictionary"],
  "counts = {}\nfor word in text.lower().split():\n    counts[word] = counts.get(word, 0) + 1\nreturn counts", None, lambda k, e, a: {w: a.lower().split().count(w) for w in dict.fromkeys(a.lower().split())}, n=3, ret="dict[str, int]")
t(X, "", "shortened|cut_text|shorten", "text:text limit:six", ["np:the text, cut to limit characters with \"...\" at the end if it is longer", "do:cut text to at most limit characters, the last three being \"...\" if something was cut"],
  "if len(text) <= limit:\n    return text\nreturn text[: limit - 3] + \"...\"", "return text.length <= limit ? text : text.slice(0, limit - 3) + \"...\";", lambda k, e, a, b: a if len(a) <= b else a[:b - 3] + "...", n=4, ret="str")
t(X, "", "with_single_blanks|squeeze_blanks", "text:text", ["np:the text with every run of white space replaced by one blank, and none at the ends", "do:replace runs of white space by a single blank and strip the ends"],
  "return \" \".join(text.split())", "return text.trim().replace(/\\s+/g, \" \");", lambda k, e, a: re.sub(r"\s+", " ", a).strip(), n=3, ret="str")
t(X, "", "snake_to_camel|to_camel_case", "name:snake", ["np:a snake_case name in camelCase, like maxWidth for max_width", "do:turn a name like max_width into maxWidth"],
  "first, *rest = name.split(\"_\")\nreturn first + \"\".join(word.capitalize() for word in rest)", "return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());", lambda k, e, a: re.sub("_(.)", lambda m: m[1].upper(), a), n=3, ret="str", example=False)
t(X, "", "camel_to_snake|to_snake_case", "name:camel", ["np:a camelCase name in snake_case, like max_width for maxWidth", "do:turn a name like maxWidth into max_width"],
  "return re.sub(r\"([A-Z])\", r\"_\\1\", name).lower()", "return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);", lambda k, e, a: "".join("_" + c.lower() if c.isupper() else c for c in a), imports="import re", n=3, ret="str", example=False)
t(X, "", "snake_to_@k|to_@k_name", "name:snake", ["np:a snake_case name with @w", "do:turn a snake_case name into one with @w"],
  "@b", None, lambda k, e, a: {"words": a.replace("_", " "), "kebab": "-".join(a.split("_")), "title": " ".join(w[0].upper() + w[1:] for w in a.split("_"))}[k], ks=["words", "kebab", "title"], n=5, ret="str")
t(X, "", "parse_settings|read_pairs|parse_options", "text:config", ["np:a dictionary of the \"key = value\" lines of text, stripped; blank lines and lines that start with # are skipped", "do:parse lines like \"key=value\" into a dictionary, without blanks around keys and values; skip empty lines and comments with #"],
  "settings = {}\nfor line in text.splitlines():\n    line = line.strip()\n    if line and not line.startswith(\"#\"):\n        key, value = line.split(\"=\", 1)\n        settings[key.strip()] = value.strip()\nreturn settings", None,
  lambda k, e, a: {m[1].strip(): m[2].strip() for m in re.finditer(r"(?m)^([^#=\n]+)=(.*)$", a)}, n=4, ret="dict[str, str]", example=False)
t(X, "", "count_@k_lines|@k_line_count", "text:lines", ["np:the number of @k lines of the text", "do:count the @k lines of text"],
  "return sum(1 for line in text.splitlines() if @b)", None, lambda k, e, a: len([w for w in a.splitlines() if {"blank": w.strip() == "", "non-empty": w != "", "non-blank": w.strip() != ""}[k]]), ks=["blank", "non-blank"], n=5, ret="int", example=False)
t(X, "", "lines_with|matching_lines|grep", "text:lines word:caps", ["np:the lines of text that contain word", "do:list the lines of the text in which word occurs"],
  "return [line for line in text.splitlines() if word in line]", "return text.split(\"\\n\").filter((line) => line.includes(word));", lambda k, e, a, b: [w for w in a.split("\n") if w.find(b) >= 0], n=4, ret="list[str]", example=False)
t(X, "", "number_lines|numbered_text", "text:lines", ["np:the text with the number of the line and a colon before each line, counted from @k", "do:put the line number, from @k on, and \": \" before each line"],
  "return \"\\n\".join(f\"{number}: {line}\" for number, line in enumerate(text.splitlines(), @k))", None, lambda k, e, a: "\n".join(str(i + k) + ": " + w for i, w in enumerate(a.splitlines())), ks=[0, 1], n=4, ret="str", example=False)
t(X, "", "longest_line|longest_line_of", "text:lines", ["np:the longest line of the text, an empty string for an empty text", "do:find the longest line; an empty text gives an empty string"],
  "return max(text.splitlines(), key=len, default=\"\")", None, lambda k, e, a: sorted(a.split("\n"), key=lambda w: -len(w))[0], n=3, ret="str", example=False)
t(X, "", "indent_lines|indented_text", "text:lines", ["np:the text with @k blanks before each line", "do:indent every line of the text by @k blanks"],
  "return \"\\n\".join(\" \" * @k + line for line in text.splitlines())", None, lambda k, e, a: "\n".join(" " * k + w for w in a.split("\n")) if a else "", ks=[2, 4], n=4, ret="str", example=False)
t(X, "", "before_first|after_last|part_before", "text:phrase mark:char", ["np:the part of text before the first mark, or the whole text without one", "np:what stands before the first mark in text; everything if there is none"],
  "return text.split(mark, 1)[0]", "return text.split(mark)[0];", lambda k, e, a, b: a[:a.find(b)] if b in a else a, n=3, ret="str")
t(X, "", "count_letter|occurrences_of", "text:text letter:char", ["np:how often letter occurs in the text, ignoring case", "do:count how many times the letter occurs in text, in either case"],
  "return text.lower().count(letter.lower())", "return text.toLowerCase().split(letter.toLowerCase()).length - 1;", lambda k, e, a, b: len([c for c in a if c in (b, b.upper())]), n=3, ret="int")
t(X, "", "letter_positions|positions_of", "text:text letter:char", ["np:the positions at which letter stands in text", "np:the indices of all characters of text that equal letter"],
  "return [index for index, char in enumerate(text) if char == letter]", None, lambda k, e, a, b: [m.start() for m in re.finditer(b, a)], n=3, ret="list[int]")
t(X, "", "masked|hide_all_but_last", "text:word", ["np:the text with all but its last @k characters replaced by \"@w\"", "do:replace every character but the last @k by \"@w\""],
  "return \"@w\" * (len(text) - @k) + text[-@k:]", None, lambda k, e, a: "".join({2: "*", 3: "#", 4: "x"}[k] if i < len(a) - k else c for i, c in enumerate(a)), ks=[2, 3, 4], n=4, ret="str")
t(X, "", "ends_with_any|has_ending", "name:word endings:chars", ["yes:the name ends with one of the endings, ignoring case", "yes:name has one of the given endings, in any case"],
  "return name.lower().endswith(tuple(ending.lower() for ending in endings))", "return endings.some((ending) => name.toLowerCase().endsWith(ending.toLowerCase()));", lambda k, e, a, b: a[-1:].lower() in b and bool(a), n=3, ret="bool", example=False)
t(X, "", "same_letters|is_rearrangement", "a:word1 b:word1", ["yes:a and b consist of the same letters, each equally often, ignoring case", "yes:a is an anagram of b, in upper or lower case"],
  "return sorted(a.lower()) == sorted(b.lower())", None, lambda k, e, a, b: all(a.lower().count(c) == b.lower().count(c) for c in a.lower() + b.lower()), n=3, ret="bool")
t(X, "", "is_capitalized|starts_upper", "text:word", ["yes:the text begins with a capital letter; an empty text does not", "yes:the first character of text is upper case, which it is not in an empty text"],
  "return text[:1].isupper()", None, lambda k, e, a: bool(re.match("[A-Z]", a)), n=3, ret="bool")
t(X, "", "repeat_text|repeated", "text:word n:small", ["np:the text repeated n times, with \"@k\" between", "do:repeat the text n times, joined with \"@k\""],
  "return \"@k\".join([text] * n)", "return Array(n).fill(text).join(\"@k\");", lambda k, e, a, b: (a + k) * (b - 1) + a, ks=["-", ", ", " "], n=5, ret="str")
t(X, "", "boxed|center_text", "text:word width:fifteen", ["np:the text in the middle of a line of width characters, filled with \"@k\" on both sides", "do:center the text in width characters, filled with \"@k\""],
  "return text.center(width, \"@k\")", None, lambda k, e, a, b: a.center(b, k), ks=["*", "-", "=", "."], n=4, ret="str", example=False)

# Numbers.
t(N, "", "limit_to|keep_within|bounded", "value:int low:int9 high:int40", ["np:the value, but not less than low and not more than high", "do:limit the value to the range from low to high"],
  "return max(low, min(value, high))", "return Math.max(low, Math.min(value, high));", lambda k, e, a, b, c: b if a < b else c if a > c else a, n=4, ret="int")
t(N, "", "round_to_@k|nearest_@k", "value:one", ["np:the value rounded @w to a multiple of @k", "do:round the value @w to a multiple of @k"],
  "@b", None, lambda k, e, a: {5: a - a % 5, 10: a - a % 10, 12: a + -a % 12, 15: a - a % 15, 8: a + -a % 8}[k], ks=[5, 10, 12, 15, 8], n=7, ret="int")
t(N, "", "digit_sum|sum_digits|cross_sum", "number:big", ["np:the sum of the decimal digits of number", "do:add up the digits of a number that is not negative"],
  "return sum(int(digit) for digit in str(number))", "return [...String(number)].reduce((sum, digit) => sum + Number(digit), 0);", lambda k, e, a: a % 10 + a // 10 % 10 + a // 100 % 10 + a // 1000, n=3, ret="int")
t(N, "", "digit_count|number_of_digits", "number:big", ["np:the number of decimal digits of number, which is not negative", "do:count the digits of a number that is 0 or more"],
  "return len(str(number))", "return String(number).length;", lambda k, e, a: 1 + (a > 9) + (a > 99) + (a > 999), n=3, ret="int")
t(N, "", "is_prime_number|prime|has_no_divisor", "number:nat", ["yes:the number is prime", "yes:number has no divisors but 1 and itself, and is greater than 1"],
  "if number < 2:\n    return False\nreturn all(number % divisor for divisor in range(2, int(number**0.5) + 1))", "if (number < 2) return false;\nfor (let divisor = 2; divisor * divisor <= number; divisor++) {\n  if (number % divisor === 0) return false;\n}\nreturn true;", lambda k, e, a: a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37), n=3, ret="bool")
t(N, "", "divisors_of|all_divisors|list_divisors", "number:one", ["np:all divisors of number, from 1 to the number itself", "do:list the positive divisors of number in ascending order"],
  "return [divisor for divisor in range(1, number + 1) if number % divisor == 0]", None, lambda k, e, a: sorted({d for i in range(1, a + 1) for d in (i, a // i) if i * (a // i) == a}), n=3, ret="list[int]")
t(N, "", "primes_up_to|list_primes", "limit:nat", ["np:the primes up to limit, including limit", "do:list all prime numbers that are not above limit"],
  "primes = []\nfor number in range(2, limit + 1):\n    if all(number % prime for prime in primes):\n        primes.append(number)\nreturn primes", None, lambda k, e, a: [p for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37) if p <= a], n=3, ret="list[int]")
t(N, "", "prime_factors|factorize", "number:one", ["np:the prime factors of number in ascending order, repeated ones several times", "do:split the number into its prime factors, smallest first"],
  "factors = []\ndivisor = 2\nwhile number > 1:\n    while number % divisor == 0:\n        factors.append(divisor)\n        number //= divisor\n    divisor += 1\nreturn factors", None, lambda k, e, a: [p for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29) for i in range(1, 5) if a % p**i == 0], n=2, ret="list[int]")
t(N, "", "greatest_divisor|common_divisor", "a:one b:one", ["np:the greatest common divisor of a and b, computed with a loop", "do:compute the greatest common divisor of a and b with Euclid's algorithm"],
  "while b:\n    a, b = b, a % b\nreturn a", "while (b !== 0) {\n  [a, b] = [b, a % b];\n}\nreturn a;", lambda k, e, a, b: max(d for d in range(1, 31) if a % d == 0 and b % d == 0), n=3, ret="int")
t(N, "", "common_multiple|least_multiple", "a:one b:one", ["np:the least common multiple of a and b", "do:find the smallest number that both a and b divide"],
  "return a * b // math.gcd(a, b)", None, lambda k, e, a, b: min(m for m in range(1, 901) if m % a == 0 and m % b == 0), imports="import math", n=2, ret="int")
t(N, "", "percentage_of|percent_change|growth", "old:one new:one", ["np:the change from old to new in percent of old", "do:compute by how many percent of old the value changed from old to new"],
  "return 100 * (new - old) / old", "return (100 * (new - old)) / old;".replace("new", "next").replace("old", "old") and None, lambda k, e, a, b: 100 * (b - a) / a, n=3, ret="float")
t(N, "", "interpolate|between_values|blend", "start:float end:float fraction:fraction", ["np:the value between start and end at fraction, with 0 for start and 1 for end", "do:interpolate linearly from start to end; fraction goes from 0 to 1"],
  "return start + (end - start) * fraction", "return start + (end - start) * fraction;", lambda k, e, a, b, f: a * (1 - f) + b * f, n=4, ret="float")
t(N, "", "is_multiple|divides", "number:one divisor:small", ["yes:number is divisible by divisor", "yes:divisor divides number without a remainder"],
  "return number % divisor == 0", "return number % divisor === 0;", lambda k, e, a, b: a in range(0, 99, b), n=3, ret="bool")
t(N, "", "is_within|in_range", "value:int low:int9 high:int40", ["yes:the value lies between low and high, both included", "yes:value is at least low and at most high"],
  "return low <= value <= high", "return value >= low && value <= high;", lambda k, e, a, b, c: a in range(b, c + 1), n=4, ret="bool")
t(N, "", "is_close|near_enough", "a:float b:float tolerance:fraction", ["yes:a and b differ by at most tolerance", "yes:the distance between a and b does not exceed tolerance"],
  "return abs(a - b) <= tolerance", "return Math.abs(a - b) <= tolerance;", lambda k, e, a, b, c: not (a - b > c or b - a > c), n=3, ret="bool")
t(N, "", "sign_of|sign", "number:int", ["np:-1 for a negative number, 0 for zero and 1 for a positive number"], "if number < 0:\n    return -1\nreturn 1 if number > 0 else 0", None, lambda k, e, a: (a > 0) - (a < 0), n=2, ret="int")
t(N, "", "in_binary|binary_digits", "number:nat width:six", ["np:the number in binary, padded with zeros to width digits", "do:format the number in base 2 with at least width digits"],
  "return f\"{number:0{width}b}\"", "return number.toString(2).padStart(width, \"0\");", lambda k, e, a, b: bin(a)[2:].rjust(b, "0"), n=3, ret="str")
t(N, "", "clock_text|as_clock|format_minutes", "minutes:big", ["np:a number of minutes as hours and minutes, like \"2:05\" for 125", "do:format minutes as \"h:mm\", for example 125 as \"2:05\""],
  "hours, rest = divmod(minutes, 60)\nreturn f\"{hours}:{rest:02}\"", "const hours = Math.floor(minutes / 60);\nreturn `${hours}:${String(minutes % 60).padStart(2, \"0\")}`;", lambda k, e, a: "%d:%02d" % (a // 60, a % 60), n=4, ret="str", example=False)
t(N, "", "money_text|format_money|price_label", "cents:big", ["np:an amount in cents as text with two decimals and \" @k\", like \"12.50 @k\" for 1250", "do:format cents as an amount like \"12.50 @k\""],
  "return f\"{cents / 100:.2f} @k\"", "return `${(cents / 100).toFixed(2)} @k`;", lambda k, e, a: "%d.%02d %s" % (a // 100, a % 100, k), ks=["EUR", "USD", "CHF", "kr"], n=5, ret="str", example=False)
t(N, "", "size_class|size_label|category_of", "value:int", ["np:\"@small\" for a value below @a, \"@middle\" below @b, otherwise \"@large\""],
  "if value < @a:\n    return \"@small\"\nif value < @b:\n    return \"@middle\"\nreturn \"@large\"", "if (value < @a) return \"@small\";\nif (value < @b) return \"@middle\";\nreturn \"@large\";", lambda k, e, a: k[2 + (a >= k[0]) + (a >= k[1])],
  ks=[(0, 20, "frost", "cool", "warm"), (10, 30, "small", "medium", "large"), (5, 15, "short", "normal", "long"), (18, 40, "minor", "adult", "senior"), (-5, 5, "low", "even", "high"), (7, 25, "light", "fair", "heavy"), (1, 12, "none", "some", "many")], n=7, ret="str")
UNITS = {"km_to_miles": ("kilometres", "miles", "KM_PER_MILE", 1.609344, "/"), "pounds_to_kg": ("pounds", "kilograms", "KG_PER_POUND", 0.45359237, "*"), "inches_to_cm": ("inches", "centimetres", "CM_PER_INCH", 2.54, "*"),
         "feet_to_metres": ("feet", "metres", "METRES_PER_FOOT", 0.3048, "*"), "litres_to_gallons": ("litres", "gallons", "LITRES_PER_GALLON", 3.785411784, "/"), "days_to_hours": ("days", "hours", "HOURS_PER_DAY", 24, "*"),
         "weeks_to_days": ("weeks", "days", "DAYS_PER_WEEK", 7, "*"), "kwh_to_joules": ("kilowatt hours", "joules", "JOULES_PER_KWH", 3600000, "*"), "dozens_to_eggs": ("dozens", "eggs", "EGGS_PER_DOZEN", 12, "*"), "parsecs_to_light_years": ("parsecs", "light years", "LIGHT_YEARS_PER_PARSEC", 3.26156, "*"),
         "metres_to_fathoms": ("metres", "fathoms", "METRES_PER_FATHOM", 1.8288, "/"), "grams_to_ounces": ("grams", "ounces", "GRAMS_PER_OUNCE", 28.349523125, "/")}
for unit_name, (source, target, constant, factor, sign) in UNITS.items():
    arg = source.split()[-1] if " " in source else source
    t("units", "", f"{unit_name}|{target.replace(' ', '_')}", f"{arg}:float", [f"np:{source} converted to {target}, using {constant}", f"do:convert {source} to {target} with {constant}", f"np:the number of {target} in the given {source}"],
      f"return {arg} {sign} {constant}", f"return {arg} {sign} {constant};", lambda k, e, a, f=factor, s=sign: a * f if s == "*" else a / f, n=2, ret="float", file=f"{constant} = {factor}", jfile=f"const {constant} = {factor};", example=False)
TABLE_NAMES = [("RATES", "rate", "currency", {"EUR": 2, "USD": 4}), ("SURCHARGES", "surcharge", "zone", {"inner": 3, "outer": 5}), ("FEES", "fee", "kind", {"letter": 1, "box": 6}), ("SPEEDS", "speed", "vehicle", {"bus": 50, "tram": 40}), ("DENSITIES", "density", "metal", {"iron": 8, "gold": 19})]
for table, one, key, values in TABLE_NAMES:
    text = ", ".join(f'"{k}": {v}' for k, v in values.items())
    jtext = ", ".join(f"{k}: {v}" for k, v in values.items())
    for op, word in [("+", "plus")] if table in ("SURCHARGES", "FEES") else [("*", "times")]:
        t("context", "", f"with_{one}|apply_{one}", f"amount:one {key}:key_{table}", [f"np:the amount {word} the {one} of the {key}", f"np:amount {word} the {one} that {table} has for the {key}"],
          f"return amount {op} {table}[{key}]", f"return amount {op} {table}[{key}];", lambda k, e, a, b, o=op, v=values: a * v[b] if o == "*" else a + v[b], n=2, ret="int", file=f"{table} = {{{text}}}", jfile=f"const {table} = {{ {jtext} }};", example=False)
    t("context", "", f"{one}_of|{one}_for", f"{key}:maybe_{table}", [f"np:the {one} of the {key}, 0 if {table} does not have it", f"do:look up the {one} of the {key} in {table}; an unknown {key} has 0"],
      f"return {table}.get({key}, 0)", f"return {table}[{key}] ?? 0;", lambda k, e, a, v=values: v[a] if a in v else 0, n=2, ret="int", file=f"{table} = {{{text}}}", jfile=f"const {table} = {{ {jtext} }};", example=False)
    t("context", "", f"check_{key}|known_{key}", f"{key}:maybe_{table}", [f"np:the {key} if {table} has it; raise ValueError otherwise", f"do:return the {key} unchanged if it is in {table}, and raise ValueError if not"][:1],
      f"if {key} not in {table}:\n    raise ValueError(f\"unknown {key}: {{{key}}}\")\nreturn {key}", None, lambda k, e, a, v=values: a if a in v else "ValueError", n=1, ret="str", file=f"{table} = {{{text}}}", example=False)
    DRAWS[f"key_{table}"] = ("str", lambda g, v=values: g.choice(sorted(v)))
    DRAWS[f"maybe_{table}"] = ("str", lambda g, v=values: g.choice([*sorted(v), "other"]))
DRAWS.update({"six": ("int", lambda g: g.choice([5, 6, 8])), "fifteen": ("int", lambda g: g.choice([11, 14])), "int9": ("int", lambda g: g.randint(-9, 10)), "int40": ("int", lambda g: g.randint(11, 40)),
              "fraction": ("float", lambda g: g.choice([0, 0.25, 0.5, 1])), "digit": ("int", lambda g: g.randint(-5, 9)), "four": ("list[int]", lambda g: [g.randint(1, 5) for _ in range(4)]),
              "lower": ("str", lambda g: g.choice(WORDS[:6]).lower()), "capital": ("str", lambda g: g.choice(["new", "other"])), "lowers": ("list[str]", lambda g: [w.lower() for w in g.sample(WORDS[:6], k=2)]),
              "caps": ("str", lambda g: g.choice(["ERROR", "o"])), "chars": ("list[str]", lambda g: g.sample(["e", "m", "h", "i"], k=2))})

# Recursion and generators.
R, G = "recursion", "generators"
t(R, "", "deep_sum|nested_sum", "items:nested", ["np:the sum of all numbers in a list that may contain lists, recursively", "do:add up the numbers of a nested list, at any depth, with recursion"],
  "return sum(deep_sum(item) if isinstance(item, list) else item for item in items)".replace("deep_sum", "@name"), "return items.reduce((sum, item) => sum + (Array.isArray(item) ? @name(item) : item), 0);", lambda k, e, a: sum(map(int, re.findall(r"\d+", str(a)))), n=3, ret="int")
t(R, "", "nesting_depth|list_depth", "items:nested", ["np:how deep the lists are nested: 1 for a list without lists in it", "do:compute the depth of a nested list, where a flat list has the depth 1"],
  "return 1 + max((@name(item) for item in items if isinstance(item, list)), default=0)", None, lambda k, e, a: max((str(a)[:i].count("[") - str(a)[:i].count("]") for i in range(len(str(a)) + 1))), n=2, ret="int")
t(R, "", "deep_flatten|flat_items", "items:nested", ["np:all items of a nested list in one flat list, recursively", "do:flatten a list that may contain lists at any depth, with recursion"],
  "result = []\nfor item in items:\n    if isinstance(item, list):\n        result.extend(@name(item))\n    else:\n        result.append(item)\nreturn result", "return items.flatMap((item) => (Array.isArray(item) ? @name(item) : [item]));", lambda k, e, a: list(map(int, re.findall(r"\d+", str(a)))), n=2, ret="list")
t(R, "", "power_of|raise_to", "base:small exponent:small", ["np:base to the power of exponent, recursively, for an exponent of 0 or more", "do:compute base to the power of exponent with recursion; the exponent is not negative"],
  "if exponent == 0:\n    return 1\nreturn base * @name(base, exponent - 1)", "return exponent === 0 ? 1 : base * @name(base, exponent - 1);", lambda k, e, a, b: a**b, n=2, ret="int")
t(R, "", "reverse_recursively|backwards", "text:word", ["np:the text in reverse order, computed recursively", "do:reverse the text with recursion"],
  "if not text:\n    return \"\"\nreturn @name(text[1:]) + text[0]", "return text === \"\" ? \"\" : @name(text.slice(1)) + text[0];", lambda k, e, a: a[::-1], n=2, ret="str")
t(R, "", "count_steps|halving_steps", "number:one", ["np:how often the number can be halved, rounded down, until it is 1; recursively", "do:count recursively how many integer halvings lead from number to 1"],
  "if number == 1:\n    return 0\nreturn 1 + @name(number // 2)", None, lambda k, e, a: a.bit_length() - 1, n=2, ret="int")
t(R, "", "all_orders|arrangements", "items:uniq", ["np:all orders of the items as lists, recursively", "do:list all permutations of the items with recursion"],
  "if not items:\n    return [[]]\nreturn [\n    [item, *rest]\n    for index, item in enumerate(items)\n    for rest in @name(items[:index] + items[index + 1 :])\n]", None, lambda k, e, a: [[a[i], a[j], a[3 - i - j]] for i in range(3) for j in range(3) if j != i], n=2, ret="list[list[str]]", example=False)
t(G, "", "multiples|every_multiple", "step:small count:small", ["do:yield the first count multiples of step, beginning with step"],
  "for factor in range(1, count + 1):\n    yield factor * step", None, lambda k, e, a, b: [a * i for i in range(1, b + 1)], n=2, example=False)
t(G, "num", "yield_@k_@xs|each_@k_@x", "@xs:nums", ["do:yield the @k @xs", "do:yield each @x that is @k"],
  "for @x in @xs:\n    if @c:\n        yield @x", "for (const @x of @xs) {\n  if (@j) yield @x;\n}" and None, lambda k, e, a: [v for v in a if PREDICATES[k][2](v)], ks=["even", "odd", "positive", "negative"], n=6, example=False)
t(G, "", "neighbours|adjacent_pairs|consecutive_pairs", "items:strs", ["do:yield each item together with the next one, as pairs"],
  "for index in range(len(items) - 1):\n    yield items[index], items[index + 1]", None, lambda k, e, a: [list(p) for p in zip(a, a[1:])], n=3, example=False)
t(G, "", "batches|in_batches", "items:strs size:small", ["do:yield the items in lists of size; the last one may be shorter"],
  "for start in range(0, len(items), size):\n    yield items[start : start + size]", None, lambda k, e, a, b: [a[i:i + b] for i in range(len(a)) if i % b == 0], n=2, example=False)
t(G, "", "running_sums|sums_so_far", "numbers:nums", ["do:yield the sum of the numbers so far after each number"],
  "total = 0\nfor number in numbers:\n    total += number\n    yield total", None, lambda k, e, a: [sum(a[:i + 1]) for i in range(len(a))], n=2, example=False)
t(G, "", "every_nth|each_nth", "items:strs n:small", ["do:yield every n-th item, beginning with the first"], "yield from items[::n]", None, lambda k, e, a, b: [w for i, w in enumerate(a) if i % b == 0], n=2, example=False)
t(G, "", "until_blank|lines_to_blank", "lines:blank", ["do:yield the lines up to the first blank one, which is left out"], "for line in lines:\n    if not line.strip():\n        return\n    yield line", None,
  lambda k, e, a: a[:([i for i, w in enumerate(a) if not w.strip()] + [len(a)])[0]], n=2, example=False)
t(G, "", "halvings|halve_down", "number:one", ["do:yield number, its half rounded down, the half of that and so on, as long as it is greater than 0"], "while number > 0:\n    yield number\n    number //= 2", None,
  lambda k, e, a: [a >> i for i in range(a.bit_length())], n=2, example=False)

PREDICATES = {"even": ("@x % 2 == 0", "@x % 2 === 0", lambda v: not v & 1, "@x % 2 != 0"), "odd": ("@x % 2 == 1", "Math.abs(@x % 2) === 1", lambda v: bool(v & 1), "@x % 2 == 0"),
              "positive": ("@x > 0", "@x > 0", lambda v: not v <= 0, "@x <= 0"), "negative": ("@x < 0", "@x < 0", lambda v: not v >= 0, "@x >= 0")}
FUNCTIONS = {"largest": "max", "smallest": "min", "longest": "max", "shortest": "min", "largest value": "max", "smallest value": "min", "sum": "sum",
             "digits": "isdigit", "letters": "isalpha", "capital letters": "isupper", "small letters": "islower"}
BODIES = {"words": 'return name.replace("_", " ")', "kebab": 'return name.replace("_", "-")', "title": 'return name.replace("_", " ").title()',
          "blank": "not line.strip()", "non-blank": "line.strip()", "non-empty": "line",
          5: "return value // 5 * 5", 10: "return value // 10 * 10", 15: "return value // 15 * 15", 12: "return -(-value // 12) * 12", 8: "return -(-value // 8) * 8"}
ASIDES = {"words": "blanks in place of the underscores", "kebab": "hyphens in place of the underscores", "title": "blanks between the words, each with a capital letter",
          5: "down", 10: "down", 15: "down", 12: "up", 8: "up", 2: "*", 3: "#", 4: "x"}


def plural(noun):
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + ("es" if noun.endswith(("s", "sh", "ch")) else "s")


def literal(value, language):
    if language == "python":
        return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, list, dict)) and not re.search(r"None|True|False|\(", repr(value)) else repr(value)
    return json.dumps(int(value) if isinstance(value, float) and value.is_integer() else value)


def expand(rng, template, language):
    group, kind, names, params, words, py, js, ref, ks, es, count, ret, imports, example, file, jfile = template
    nouns = rng.sample(NUMBERS if kind == "num" else STRINGS, k=min(count, 20)) if kind in ("num", "str") else [None] * count
    tables = rng.sample(TABLES, k=min(count, len(TABLES))) if kind == "dict" else None
    for index in range(count):
        k, (e, tail) = ks[index % len(ks)], es[index % len(es)]
        name = names.split("|")[index % len(names.split("|"))] if k not in ("largest", "smallest", "longest", "shortest") or "|" not in names else \
            next((n for n in names.split("|")[::-1] if {"largest": "high", "smallest": "low", "longest": "long", "shortest": "short"}[k] in n), names.split("|")[0])
        sub = {}
        if kind in ("num", "str"):
            sub = {"@xs": plural(nouns[index]), "@x": nouns[index]}
        elif kind == "dict":
            table, key, value = tables[index % len(tables)]
            sub = {"@xs": table, "@x": key, "@v": value, "@n": value.replace(" ", "_"), "@p": plural(key), "@m": value.split()[-1]}
        if isinstance(k, tuple):
            sub.update({"@a": str(k[0]), "@b": str(k[1]), "@small": k[2], "@middle": k[3], "@large": k[4]})
        else:
            sub.update({"@b": BODIES.get(k, ""), "@w": str(ASIDES.get(k, ""))})
        if k in PREDICATES:
            sub.update({"@c": PREDICATES[k][0], "@j": PREDICATES[k][1], "@d": PREDICATES[k][3]})
        sub.update({"@f": FUNCTIONS.get(k, "")})

        def fill(text, code=False, name_of=""):
            if text is None:
                return None
            for mark in ("@c", "@j", "@d", "@small", "@middle", "@large", "@name"):
                text = text.replace(mark, name_of if mark == "@name" else sub.get(mark, mark))
            text = text.replace("@xs", sub.get("@xs", "")).replace("@x", sub.get("@x", ""))
            for mark, value in sub.items():
                if mark not in ("@xs", "@x"):
                    text = text.replace(mark, value)
            if k is not None and not isinstance(k, tuple):
                text = text.replace("@k", str(k))
            return text.replace("@e", literal(e, language) if code else "an empty string" if e == "" else str(e))
        name = fill(name).replace(" ", "_").replace("-", "_").replace("largest_value", "maximum").replace("smallest_value", "minimum")
        if re.search(r"_[^a-z0-9_]", name) or not name.isidentifier():
            name = re.sub(r"\W", "_", name)
        shown = [tuple(fill(p).split(":")) for p in params.split()]
        # What people write has blanks where names have underscores, unless the name itself is meant.
        phrases = {"np": [], "do": [], "yes": []}
        for word in words:
            way, _, phrase = fill(word).partition(":")
            for noun in (nouns[index], ) if nouns[index] else ():
                if "_" in noun:
                    phrase = phrase.replace(plural(noun), plural(noun).replace("_", " ")).replace(noun, noun.replace("_", " "))
            phrases[way].append(phrase)
        tests, seen = [], set()
        for attempt in range(40):
            args = [DRAWS[d][1](rng) for _, d in shown]
            if repr(args) in seen or len(tests) == 4:
                continue
            seen.add(repr(args))
            tests.append((args, ref(k, e, *args)))
        spec = {"name": name, "params": [(p, DRAWS[d][0]) for p, d in shown], **phrases, "tail": tail, "ret": ret + " | None" if ret and len(es) > 1 and e is None and "|" not in ret else ret,
                "py": fill(py, True, name), "js": fill(js, True, camel(name)), "tests": tests, "imports": imports, "group": group, "input": file, "js_input": jfile if jfile is not None else file and None,
                "typed": rng.random() < 0.25, "body_only": "@name" not in (py or "") and rng.random() < 0.13}
        if spec["py"]:
            spec["py"] = re.sub(r"\.get\((\w+), None\)", r".get(\1)", spec["py"])
        if jfile is None and file:
            spec["js"] = None
        spec["js_input"] = spec["js_input"] or ""
        if spec["js"]:
            # Names with underscores become camel case, in the code as in the signature.
            spec["js"] = re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda match: camel(match.group()), spec["js"])
        if nouns[index] and "_" in nouns[index]:
            spec["idents"] = [nouns[index], plural(nouns[index])]
        if group == G:
            spec["noun_of"], spec["typed"], spec["js"] = "generator", False, None
        useful = [test for test in tests if test[1] not in ([], {}, None, 0, "", False) and all(len(str(a)) < 40 for a in test[0])
                  and test[1] != test[0][0]]
        useful.sort(key=lambda test: -len(str(test)))
        if example and useful and rng.random() < 0.2:
            args, result = useful[0]
            if not isinstance(result, float) or len(str(result)) < 6:
                call = f"NAME({', '.join(literal(a, language) for a in args)})"
                told = literal(result, language)
                form = rng.choice(["{} is {}.", "Example: {} returns {}.", "{} gives {}.", "E.g. {} is {}."])
                spec["example"] = form.format(call, told)
        yield spec


def all_specs(rng, language):
    specs = [spec for template in SPECS for spec in expand(rng, template, language) if spec["py" if language == "python" else "js"]]
    if language == "python":
        import objects
        specs += objects.specs(rng)
    if language == "javascript":
        specs = rng.sample(specs, k=min(130, len(specs)))
    rng.shuffle(specs)
    return specs
