-- Neovim 0.11 with the settings of `editors/README.md`, on the Doha agreement and on a river agreement full of other letters.
-- Runs in the folder of the two projects.

local t = dofile(vim.env.SERVANDA_TESTS .. '/neovim/check.lua')

local rules, records

-- Gives the text of the floating window that something opens, and closes it.
local function floating(what)
  return t.wait(what, function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        local text = t.text(vim.api.nvim_win_get_buf(window))
        vim.api.nvim_win_close(window, true)
        return text
      end
    end
  end)
end

t.test('the settings of the README start one server for both sides', function()
  records = t.open('doha/records/records.toml')
  rules = t.open('doha/rules/doha-2020.treaty')
  t.equal(vim.bo.filetype, 'treaty')
  local client = t.wait('the server', function()
    local clients = vim.lsp.get_clients({ bufnr = rules })
    return #clients == 1 and clients[1].initialized and clients[1]
  end)
  t.equal(client.name, 'servanda')
  t.equal(client.offset_encoding, 'utf-8')
  t.wait('the same server at the records', function()
    local others = vim.lsp.get_clients({ bufnr = records })
    return #others == 1 and others[1].id == client.id
  end)
end)

t.test('a rule file shows the verdicts', function()
  t.shows(rules, {
    'overdue: by 2020-03-10',
    'overdue: by 2020-03-10',
    'overdue: within 135 days of announcement',
  }, 'overdue')
end)

t.test('a record file shows a verdict at the record it rests on', function()
  local found = t.wait('a verdict at a record', function()
    for _, diagnostic in ipairs(vim.diagnostic.get(records)) do
      if diagnostic.message:find('`five-bases` is overdue by 417 days', 1, true) then
        return diagnostic
      end
    end
  end)
  t.equal(t.covered(found), '"leave-bases"')
  t.equal(found.severity, vim.diagnostic.severity.INFO)
  local related = found.user_data.lsp.relatedInformation[1]
  t.has(related.location.uri, 'rules/doha-2020.treaty')
end)

t.test('an edit of the rules that is not saved is judged', function()
  vim.api.nvim_set_current_buf(rules)
  t.replace('within 135 days of announcement', 'within 900 days of announcement', 'pledge five-bases')
  t.wait('the verdict to go', function()
    return not vim.tbl_contains(t.shown(rules), 'overdue: within 135 days of announcement')
  end)
  vim.cmd.undo()
  t.wait('the verdict to come back', function()
    return vim.tbl_contains(t.shown(rules, 'overdue'), 'overdue: within 135 days of announcement')
  end)
  t.equal(vim.fn.getbufinfo(rules)[1].changed, 0)
end)

t.test('a mistake in the rules is shown at its word, and goes', function()
  vim.api.nvim_set_current_buf(rules)
  t.replace('by 2020-03-10', 'by 2020-02-30')
  t.wait('the mistake', function()
    for _, line in ipairs(t.shown(rules)) do
      if line:find('2020-02-30', 1, true) then return true end
    end
  end)
  vim.cmd.undo()
  t.wait('its end', function()
    for _, line in ipairs(t.shown(rules)) do
      if line:find('2020-02-30', 1, true) then return false end
    end
    return true
  end)
end)

t.test('an edit of the records that is not saved is judged', function()
  vim.api.nvim_set_current_buf(records)
  t.replace('kind = "leave-bases"', 'kind = "leave-basis"')
  t.wait('the mistake', function()
    return vim.tbl_contains(t.shown(records), 'unknown-kind: "leave-basis"')
  end)
  vim.cmd.undo()
  t.wait('its end', function()
    return not vim.tbl_contains(t.shown(records), 'unknown-kind: "leave-basis"')
  end)
end)

t.test('the day that each deadline comes to stands behind it', function()
  vim.api.nvim_set_current_buf(rules)
  vim.lsp.inlay_hint.enable(true, { bufnr = rules })
  local hint = t.wait('hints', function()
    for _, hint in ipairs(vim.lsp.inlay_hint.get({ bufnr = rules })) do
      if hint.inlay_hint.label == '= 2021-04-29' then return hint.inlay_hint end
    end
  end)
  local line = vim.api.nvim_buf_get_lines(rules, hint.position.line, hint.position.line + 1, false)[1]
  t.has(line:sub(1, hint.position.character), 'within 14 months of announcement')
end)

t.test('a verdict stands above every pledge, and shows its proof', function()
  vim.api.nvim_set_current_buf(rules)
  local lens = t.wait('lenses', function()
    vim.lsp.codelens.refresh({ bufnr = rules })
    for _, lens in ipairs(vim.lsp.codelens.get(rules)) do
      if lens.command and lens.command.arguments[1].pledge == 'five-bases' then return lens end
    end
  end)
  t.has(lens.command.title, 'overdue by 417 days')
  t.go_to('pledge five-bases')
  vim.lsp.codelens.run()
  local text = floating('the proof')
  t.has(text, 'What is owed')
  t.has(text, 'Verdict')
end)

t.test('the outline, the folds and the colours are there', function()
  local outline = t.ask('textDocument/documentSymbol', { textDocument = vim.lsp.util.make_text_document_params(rules) })
  local names = vim.tbl_map(function(symbol) return symbol.name end, outline)
  assert(vim.tbl_contains(names, 'doha-2020'), vim.inspect(names))
  vim.api.nvim_set_current_buf(rules)
  vim.wo.foldmethod = 'expr'
  vim.wo.foldexpr = 'v:lua.vim.lsp.foldexpr()'
  t.go_to('pledge five-bases')
  local line = vim.api.nvim_win_get_cursor(0)[1]
  t.wait('folds', function()
    vim.cmd('normal! zx')
    return vim.fn.foldlevel(line + 1) > 0
  end)
  local token = t.wait('colours', function()
    return (vim.lsp.semantic_tokens.get_at_pos(rules, line - 1, 4) or {})[1]
  end)
  t.equal(token.type, 'keyword')
end)

t.test('what stands under the cursor is explained: in a record its declaration, and what rests on it', function()
  vim.api.nvim_set_current_buf(records)
  t.go_to('leave-bases', 'e25-five-bases')
  vim.lsp.buf.hover()
  t.has(floating('the declaration of a kind'), 'event leave-bases(')
  t.go_to('id = "e25-five-bases"')
  vim.cmd.normal('k')
  vim.lsp.buf.hover()
  t.has(floating('what rests on a record'), '`five-bases`')
end)

t.test('in a rule, a pledge is explained with its verdict and how its day was reckoned', function()
  vim.api.nvim_set_current_buf(rules)
  t.go_to('full-withdrawal "')
  t.wait('the verdict', function()
    vim.lsp.buf.hover()
    local text = floating('the pledge')
    return text:find('fulfilled late by 123 days', 1, true) and text:find('2020-02-29 + 14 months = 29 April 2021', 1, true)
  end)
  t.go_to('leave-bases(by')
  vim.lsp.buf.hover()
  t.has(floating('the declaration'), 'event leave-bases(')
end)

-- A second Neovim, because one that waits for a script cannot be typed in.
local typist = vim.fn.jobstart(
  { vim.v.progpath, '--embed', '--headless', '-n', '-i', 'NONE', '-u', 'init.lua' },
  { rpc = true }
)

local function there(code, ...)
  return vim.rpcrequest(typist, 'nvim_exec_lua', code, { ... })
end

-- Types into a file, asks for what may follow, takes the first that is offered, and gives the line and what was offered.
local function completed(file, typed)
  there([[vim.cmd('edit! ' .. ...)]], file)
  t.wait('the server', function()
    return there('return #vim.lsp.get_clients({ bufnr = 0 }) == 1 and #vim.diagnostic.get(0) > 0')
  end)
  vim.rpcrequest(typist, 'nvim_input', typed .. '<C-x><C-o>')
  local offers = t.wait('an offer', function()
    local offers = there([[
      local items = vim.fn.complete_info({ 'items' }).items
      return vim.tbl_map(function(item) return item.abbr ~= '' and item.abbr or item.word end, items)
    ]])
    return #offers > 0 and offers
  end)
  vim.rpcrequest(typist, 'nvim_input', '<C-y><Esc>')
  t.wait('the end of typing', function() return vim.rpcrequest(typist, 'nvim_get_mode').mode == 'n' end)
  return there('return vim.api.nvim_get_current_line()'), offers
end

t.test('in a record, what may follow is offered and completed', function()
  local line, offers = completed('river/records/one.toml', 'Go<CR>[[event]]<CR>kind = "du')
  t.equal(line, 'kind = "dump"')
  line, offers = completed('river/records/one.toml', 'Go<CR>[[event]]<CR>kind = "dump"<CR>note = "😀"<CR>')
  for _, key in ipairs({ 'by', 'in', 'source', 'when' }) do
    assert(vim.tbl_contains(offers, key), vim.inspect(offers))
  end
  line, offers = completed('river/records/one.toml', 'Go<CR>[[event]]<CR>kind = "dump"<CR>by = "')
  for _, name in ipairs({ 'north', 'south' }) do
    assert(vim.tbl_contains(offers, name), vim.inspect(offers))
  end
end)

t.test('in a rule, what may follow is offered and completed, and its labels are shown', function()
  local line, offers = completed('river/rules.treaty', 'Go<CR>pledge x "😀" { north must op')
  t.has(line, '"😀" { north must open-gates')
  line, offers = completed('river/rules.treaty', 'Go<CR>pledge x "😀" { north must open-gates(in: ')
  assert(vim.tbl_contains(offers, 'delta'), vim.inspect(offers))
  local buffer = t.open('river/rules.treaty')
  t.wait('the server', function() return #vim.lsp.get_clients({ bufnr = buffer }) > 0 end)
  t.go_to('in: delta')
  local help = t.ask('textDocument/signatureHelp', vim.lsp.util.make_position_params(0, 'utf-8'))
  t.has(help.signatures[1].label, 'open-gates(by: actor, in: place)')
end)

local river

t.test('columns are right behind Arabic, Chinese, emoji, tabs and line ends of two signs', function()
  river = t.open('river/rules.treaty')
  t.shows(river, {
    'breached: must not dump(in: delta)',
    'fulfilled-late: within 90 days of signature',
  })
  t.shows(t.open('river/tabs.treaty'), { 'fulfilled-late: by 2024-03-01' })
  t.shows(t.open('river/crlf.treaty'), { 'fulfilled-late: by 2024-02-01' })
  t.equal(vim.bo.fileformat, 'dos')
  t.shows(t.open('river/records/one.toml'), {
    'breached: "dump"',
    'fulfilled-late: "open-gates"',
    'fulfilled-late: "open-gates"',
    'fulfilled-late: "open-gates"',
  })
end)

t.test('a mistake behind emoji is mended by its fix', function()
  vim.api.nvim_set_current_buf(river)
  t.replace('dump(in', 'dumb(in')
  t.shows(river, { 'unknown-name: dumb' }, 'unknown-name')
  t.go_to('dumb(in')
  vim.lsp.buf.code_action({ apply = true })
  t.wait('the fix', function() return t.text(river):find('not dump(in', 1, true) end)
  t.shows(river, {}, 'unknown-name')
end)

-- Waits until the cursor stands in a line of a file.
local function stands_in(file, line)
  t.wait(('the cursor at %q in %s'):format(line, file), function()
    return vim.api.nvim_buf_get_name(0):sub(-#file) == file and vim.api.nvim_get_current_line():find(line, 1, true)
  end)
end

t.test('a definition is reached from a record and from a rule', function()
  vim.api.nvim_set_current_buf(records)
  t.go_to('leave-bases', 'e25-five-bases')
  vim.lsp.buf.definition()
  stands_in('rules/common/afghanistan.treaty', 'event leave-bases(')
  vim.api.nvim_set_current_buf(rules)
  t.go_to('first-reduction', 'within 9 months')
  vim.lsp.buf.definition()
  stands_in('rules/doha-2020.treaty', 'pledge first-reduction')
end)

t.test('references are found on both sides, and marked in the text', function()
  vim.api.nvim_set_current_buf(rules)
  t.go_to('leave-bases')
  local found = {}
  vim.lsp.buf.references(nil, { on_list = function(list) found = list.items end })
  t.wait('references', function() return #found > 0 end)
  local files = {}
  for _, item in ipairs(found) do
    t.has(item.text, 'leave-bases')
    files[vim.fn.fnamemodify(item.filename, ':t')] = true
  end
  t.equal(files, { ['doha-2020.treaty'] = true, ['afghanistan.treaty'] = true, ['records.toml'] = true })
end)

t.test('a name is changed on both sides at once', function()
  local words = t.open('river/words.treaty')
  local river_records = t.open('river/records/one.toml')
  vim.api.nvim_set_current_buf(river)
  t.go_to('open-gates(in')
  vim.lsp.buf.rename('lift-gates')
  t.wait('the new name', function()
    return t.text(river):find('must lift-gates(in', 1, true)
      and t.text(words):find('event lift-gates(', 1, true)
      and t.text(river_records):find('kind = "lift-gates"', 1, true)
  end)
  for _, buffer in ipairs({ river, words, river_records }) do
    assert(not t.text(buffer):find('open-gates', 1, true))
  end
  t.shows(river, {
    'breached: must not dump(in: delta)',
    'fulfilled-late: within 90 days of signature',
  })
end)

t.test('the layout is that of the command line', function()
  for _, name in ipairs({ 'rules', 'tabs', 'crlf' }) do
    local buffer = t.open('river/' .. name .. '.treaty')
    local expected = t.laid_out(buffer)
    assert(expected ~= t.text(buffer), name .. ' has that layout from the start')
    vim.lsp.buf.format()
    t.equal(t.text(buffer), expected)
  end
end)

t.test('nothing was shown twice', function()
  for _, buffer in ipairs({ rules, records }) do
    local seen = {}
    for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
      local key = vim.inspect({ diagnostic.lnum, diagnostic.col, diagnostic.message })
      assert(not seen[key], 'twice: ' .. key)
      seen[key] = true
    end
    assert(next(seen), 'nothing at all')
  end
end)

t.test('the server says goodbye', function()
  vim.fn.jobstop(typist)
  local client = vim.lsp.get_clients({ name = 'servanda' })[1]
  client:stop()
  t.wait('the end', function() return client:is_stopped() end)
end)

t.finish('neovim-0.11')
