; Written by `check --write` in editors/tree-sitter-servanda, from queries/highlights.scm.

; Later patterns win over earlier ones.

(comment) @comment
(documentation) @comment.doc

; ---- names ----

(identifier) @variable
(label) @property
(unit) @type
(type) @type.builtin
(type (identifier) @type)

(call kind: (identifier) @function)

(agreement name: (identifier) @type)
(thing name: (identifier) @type)
(category name: (identifier) @type)
(kind name: (identifier) @type)
(unit_definition name: (identifier) @type)
(date_definition name: (identifier) @constant)
(event name: (identifier) @function)
(measure name: (identifier) @function)
(state name: (identifier) @function)
(relation name: (identifier) @function)
(pledge name: (identifier) @type)
(reference (identifier) @type)

; ---- values ----

(text) @string
(escape) @string.escape
[(integer) (decimal) (percentage)] @number
[(date) (month) (year) (month_day) (instant) (when)] @constant
(boolean) @boolean
[(level) (role) (status)] @constant.builtin

; ---- words ----

[
  "use" "agreement" "date" "unit" "holiday" "party" "actor" "group" "place" "category" "event" "measure" "given" "state" "relation"
  "article" "pledge" "scenario"
] @keyword

[
  "force" "ends" "joins" "leaves" "renews" "unless" "weekend" "timezone" "month-ends" "rollover" "standard" "corroboration" "source"
  "clamp" "stick" "none" "next-working-day"
  "known" "as" "bound" "adverse" "allied" "to" "counts" "declared" "boast" "lasts" "step" "point" "begins"
  "cites" "quote" "note" "for" "each" "where" "upon" "whenever" "if" "while" "provided" "holds" "unjudged"
  "except" "excused" "suspended" "waived" "extended" "with" "effect" "tolling"
  "by" "before" "within" "between" "after" "on" "at" "least" "it" "from" "until" "every" "starting" "first" "per" "any" "quarter"
  "no" "deadline" "review" "entry" "into" "end" "fulfilment" "breach" "earlier" "later"
  "once" "count" "sum" "total" "during" "the" "last"
  "said" "denied" "retracted" "observed" "expect" "late" "presumed" "established"
] @keyword

["and" "or" "not" "is" "in" "of" "exactly" "part" "other" "than"] @keyword.operator

(sentence modal: _ @keyword.modal)
["ensure" "reach" "keep" "allow" "prevent" "shown" "endeavour" "broken"] @keyword.modal
(sentence "not" @keyword.modal)

[
  "minute" "minutes" "hour" "hours" "day" "days" "working" "week" "weeks" "month" "months" "year" "years"
] @type

; Some words are of one sort in one place only.
(type ["actor" "group" "place" "date" "event" "text" "flag"] @type.builtin)
(role "breach" @constant.builtin)
(in_force "in" @keyword)
(attribute "in" @keyword)
(binder "in" @keyword)

; ---- marks ----

["=" "!=" "<" "<=" ">" ">=" "+" "-" "*"] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ":" "."] @punctuation.delimiter
