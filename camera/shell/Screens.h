#import <UIKit/UIKit.h>

#import "shell/LiveView.h"
#import "shell/Picture.h"
#import "shell/Services.h"

NS_ASSUME_NONNULL_BEGIN

// The ways from the live screen to the others and back.
@interface Screens : NSObject

// Whether a new product may ask for another view from the camera.
@property(nonatomic) BOOL hasCamera;

// Called with whether pictures that were picked are being read.
@property(nonatomic, copy, nullable) void (^reading)(BOOL reading);

- (instancetype)initWithHost:(UIViewController*)host
                        live:(LiveView*)live
                    services:(Services*)services NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

- (void)showHistory;
- (void)showSettings;

// Lets the user pick pictures, and shows what is in them.
- (void)pick;

// Shows a new product, or another view of the one that waits for it.
- (void)showPictures:(NSArray<Picture*>*)pictures;

@end

NS_ASSUME_NONNULL_END
