// Numbered modules are numbered by a hash of absolute paths: the same source would give other bytes in another folder.
module.exports = { optimization: { moduleIds: "named" } };
