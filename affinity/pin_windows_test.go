package affinity

func (m mask) cpus() []int { return maskCPUs(uint64(m.bits), int(m.group)) }
