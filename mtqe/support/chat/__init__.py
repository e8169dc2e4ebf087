"""Language models behind HTTP: how their requests and answers look, whatever they are asked."""
