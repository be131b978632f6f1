"""New workspaces: a copy of what is shipped, an empty one for another project, one with two years of fictional follow-up."""
