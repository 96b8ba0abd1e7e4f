; Written by `check --write` in editors/tree-sitter-servanda, from queries/outline.scm.

; What an outline shows: the word, the name, and the title behind it.

(agreement "agreement" @context name: (_) @name title: (_)? @context.extra) @item
(article "article" @context name: (_) @name title: (_)? @context.extra) @item
(date_definition "date" @context name: (_) @name) @item
(unit_definition "unit" @context name: (_) @name) @item
(holiday "holiday" @context name: (_) @name title: (_)? @context.extra) @item
(thing ["party" "actor" "group" "place"] @context name: (_) @name title: (_)? @context.extra) @item
(category "category" @context name: (_) @name) @item
(event "event" @context name: (_) @name) @item
(measure "measure" @context name: (_) @name) @item
(given "given" @context (call) @name) @item
(state "state" @context name: (_) @name) @item
(relation "relation" @context name: (_) @name) @item
(pledge "pledge" @context name: (_) @name title: (_)? @context.extra) @item
(scenario "scenario" @context name: (_) @name) @item
