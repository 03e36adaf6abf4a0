"""Networks, scenarios and policies that ship with the product: data, with their sources."""
