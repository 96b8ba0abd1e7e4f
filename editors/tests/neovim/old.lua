-- Neovim 0.7, which counts columns in UTF-16 only, with the settings of `editors/README.md`. Runs in the folder of the two projects.

local t = dofile(vim.env.SERVANDA_TESTS .. '/neovim/check.lua')

local river

t.test('the settings of the README start the server', function()
  river = t.open('river/rules.treaty')
  local client = t.wait('the server', function()
    return vim.lsp.buf_get_clients(river)[1]
  end)
  t.equal(client.name, 'servanda')
  t.equal(client.offset_encoding, 'utf-16')
end)

t.test('columns are right behind Arabic, Chinese, emoji, tabs and line ends of two signs', function()
  t.shows(river, {
    'breached: must not dump(in: delta)',
    'fulfilled-late: within 90 days of signature',
  })
  t.shows(t.open('river/tabs.treaty'), { 'fulfilled-late: by 2024-03-01' })
  t.shows(t.open('river/crlf.treaty'), { 'fulfilled-late: by 2024-02-01' })
  t.shows(t.open('river/records/one.toml'), {
    'breached: "dump"',
    'fulfilled-late: "open-gates"',
    'fulfilled-late: "open-gates"',
    'fulfilled-late: "open-gates"',
  })
end)

t.test('typing behind an emoji keeps the texts in step', function()
  vim.api.nvim_set_current_buf(river)
  t.replace('dump(in', 'dumb(in')
  t.shows(river, { 'unknown-name: dumb' }, 'unknown-name')
  t.replace('not dumb', '不 😀 not dumb')
  t.replace('不 😀 ', '')
  t.replace('dumb(in', 'dump(in')
  t.shows(river, {}, 'unknown-name')
  t.shows(river, { 'breached: must not dump(in: delta)' }, 'breached')
end)

t.test('a mistake in a record is shown at its word', function()
  local records = t.open('river/records/one.toml')
  t.replace('by = "南"', 'by = "南😀国"')
  t.shows(records, { 'unknown-actor: "南😀国"' }, 'unknown-actor')
end)

t.test('the layout is that of the command line', function()
  vim.api.nvim_set_current_buf(river)
  local expected = t.laid_out(river)
  vim.lsp.buf.formatting_sync(nil, 20000)
  t.equal(t.text(river), expected)
end)

t.finish('neovim-0.7')
