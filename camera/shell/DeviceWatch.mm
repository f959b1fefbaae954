#import "shell/DeviceWatch.h"

static shopcam::Heat ReadHeat() {
  switch ([NSProcessInfo processInfo].thermalState) {
    case NSProcessInfoThermalStateNominal:
      return shopcam::Heat::kNominal;
    case NSProcessInfoThermalStateFair:
      return shopcam::Heat::kFair;
    case NSProcessInfoThermalStateSerious:
      return shopcam::Heat::kSerious;
    case NSProcessInfoThermalStateCritical:
      return shopcam::Heat::kCritical;
  }
  // What a later iOS may add can only be worse.
  return shopcam::Heat::kCritical;
}

@implementation DeviceWatch

- (instancetype)init {
  self = [super init];
  if (self) {
    // The system tells changes only to those who have read the state before.
    _heat = ReadHeat();
    [self observe:NSProcessInfoThermalStateDidChangeNotification
             with:@selector(thermalStateChanged:)];
    [self observe:UIApplicationDidReceiveMemoryWarningNotification with:@selector(memoryWarned:)];
    [self observe:UISceneWillEnterForegroundNotification with:@selector(sceneEntered:)];
    [self observe:UISceneDidEnterBackgroundNotification with:@selector(sceneLeft:)];
  }
  return self;
}

- (void)dealloc {
  [[NSNotificationCenter defaultCenter] removeObserver:self];
}

- (void)observe:(NSNotificationName)name with:(SEL)selector {
  [[NSNotificationCenter defaultCenter] addObserver:self selector:selector name:name object:nil];
}

- (BOOL)tooHot {
  shopcam::Pacer pacer;
  pacer.SetHeat(self.heat);
  return pacer.paused();
}

// Comes on any queue.
- (void)thermalStateChanged:(NSNotification*)notification {
  dispatch_async(dispatch_get_main_queue(), ^{
    self->_heat = ReadHeat();
    if (self.changed) self.changed();
  });
}

- (void)sceneEntered:(NSNotification*)notification {
  _foreground = YES;
  if (self.changed) self.changed();
}

- (void)sceneLeft:(NSNotification*)notification {
  _foreground = NO;
  if (self.changed) self.changed();
}

- (void)memoryWarned:(NSNotification*)notification {
  ++_memoryWarnings;
}

@end
