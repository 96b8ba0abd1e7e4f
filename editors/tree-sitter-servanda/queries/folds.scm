[
  (agreement)
  (article)
  (category)
  (event)
  (pledge)
  (relation)
  (scenario)
  (state)
  (thing)
] @fold

(text) @fold
(documentation)+ @fold
(comment)+ @fold
