"""What happens in the second opinion on the field kernel, in the order of one moment."""

(SHOP, REPAIRED, NEW, COMING, HARVESTS, SWAP, FAIL, PARCEL, LATERAL, LEAVE, SPOIL, END) = range(12)
