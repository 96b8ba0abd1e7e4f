; A pledge is a scope: what `for each` and `upon … as` bind is known in it and nowhere else.

(pledge) @local.scope

(binder name: (identifier) @local.definition.var)
(trigger name: (identifier) @local.definition.var)

(identifier) @local.reference
