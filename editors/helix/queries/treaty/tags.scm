; Written by `check --write` in editors/tree-sitter-servanda, from queries/tags.scm.

; Definitions and what refers to them, for tools that find their way by tags.

(agreement name: (identifier) @name) @definition.module
(thing name: (identifier) @name) @definition.class
(category name: (identifier) @name) @definition.class
(kind name: (identifier) @name) @definition.class
(unit_definition name: (identifier) @name) @definition.constant
(date_definition name: (identifier) @name) @definition.constant
(event name: (identifier) @name) @definition.function
(measure name: (identifier) @name) @definition.function
(state name: (identifier) @name) @definition.function
(relation name: (identifier) @name) @definition.function
(pledge name: (identifier) @name) @definition.method
(scenario name: (text) @name) @definition.method

(call kind: (identifier) @name) @reference.call
(reference (identifier) @name) @reference.call
