"""Who meets: absences, deputies in turn, roll call, conflicts of interest, the sheet for allowances."""
