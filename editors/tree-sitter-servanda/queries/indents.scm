[
  (agreement)
  (article)
  (category)
  (kinds)
  (event)
  (fields)
  (pledge)
  (relation)
  (scenario)
  (state)
  (sentence)
] @indent.begin

["}" ")" "]"] @indent.branch
["}" ")" "]"] @indent.end

(text) @indent.ignore
