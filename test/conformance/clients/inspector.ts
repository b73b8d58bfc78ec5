export const checkInspector = async (): Promise<number> => 0;
